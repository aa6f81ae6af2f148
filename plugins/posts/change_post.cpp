// SPDX-License-Identifier: Apache-2.0
#include "change_post.h"

#include <mortise/id.h>
#include <mortise/write_json.h>

#include "read_post.h"
#include "slug.h"

namespace posts {

using mortise::Request;
using mortise::Transaction;

namespace {

void set_status(Post& post, std::string_view status, mortise::Time now) {
    post.status = status;
    if (post.is_published() && !post.published_at) post.published_at = now;
}

void place_attachments(Post& post, std::vector<Attachment> attachments) {
    post.attachments = std::move(attachments);
    for (Attachment& attachment : post.attachments)
        attachment.url = "/api/v1/posts/" + post.id + "/attachments/" + attachment.id;
}

void write_tags(Transaction& transaction, const Post& post) {
    for (const std::string& tag : post.tags)
        transaction.execute("INSERT INTO post_tags (post_id, tag) VALUES (?, ?)", post.id, tag);
}

void insert(Transaction& transaction, const Post& post) {
    transaction.execute(
        "INSERT INTO posts (id, author_id, title, slug, body, category, tags, status, published_at, "
        "created_at, updated_at, version, like_count, comment_count, attachments) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?)",
        post.id, post.author_id, post.title, post.slug, post.body, post.category,
        mortise::to_json_text(post.tags), post.status, post.published_at, post.created_at, post.updated_at,
        post.version, mortise::to_json_text(post.attachments));
    write_tags(transaction, post);
}

void update(Transaction& transaction, const Post& post, const Post& before) {
    // Triggers and generated columns index title and body: they are named only when they change.
    if (post.title != before.title || post.body != before.body)
        transaction.execute("UPDATE posts SET title = ?, body = ? WHERE id = ?", post.title, post.body,
                            post.id);
    transaction.execute(
        "UPDATE posts SET slug = ?, category = ?, tags = ?, status = ?, published_at = ?, updated_at = ?, "
        "version = ?, attachments = ? WHERE id = ?",
        post.slug, post.category, mortise::to_json_text(post.tags), post.status, post.published_at,
        post.updated_at, post.version, mortise::to_json_text(post.attachments), post.id);
    if (post.tags == before.tags) return;
    transaction.execute("DELETE FROM post_tags WHERE post_id = ?", post.id);
    write_tags(transaction, post);
}

}  // namespace

ChangedPost PostWriter::create(const Request& request) const {
    const auto& body = request.body<NewPost>();
    Post post;
    post.id = mortise::new_id();
    post.author_id = request.signed_in().id;
    post.title = body.title;
    post.body = body.body;
    post.category = body.category;
    post.tags = tidy_tags(body.tags);
    post.created_at = post.updated_at = clock_.now();
    post.version = 1;
    set_status(post, body.status, post.created_at);
    place_attachments(post, attachments_.of(body.attachments, {}, request.signed_in()));
    post.slug = database_.write([&](Transaction& transaction) {
        Post stored = post;
        stored.slug = free_slug(transaction, stored.title, stored.id);
        insert(transaction, stored);
        return stored.slug;
    });
    return {std::move(post)};
}

ChangedPost PostWriter::replace(const Request& request) const {
    const auto& body = request.body<NewPost>();
    return edit(request, &body.attachments, [&](Post& post, mortise::Time now) {
        post.title = body.title;
        post.body = body.body;
        post.category = body.category;
        post.tags = tidy_tags(body.tags);
        set_status(post, body.status, now);
    });
}

ChangedPost PostWriter::change(const Request& request) const {
    const auto& changes = request.body<PostChanges>();
    const auto* attachments = changes.attachments ? &*changes.attachments : nullptr;
    return edit(request, attachments, [&](Post& post, mortise::Time now) {
        if (changes.title) post.title = *changes.title;
        if (changes.body) post.body = *changes.body;
        if (!changes.category.is_absent()) post.category = changes.category.value();
        if (changes.tags) post.tags = tidy_tags(*changes.tags);
        if (changes.status) set_status(post, *changes.status, now);
    });
}

ChangedPost PostWriter::remove(const Request& request) const {
    return database_.write([&](Transaction& transaction) {
        transaction.lock("post:" + std::string(request.param("id")));
        Post post = require_own_post(transaction, request.param("id"), request.signed_in());
        require_version(request, post);
        delete_post(transaction, post.id);
        return ChangedPost{std::move(post)};
    });
}

template <class Edit>
ChangedPost PostWriter::edit(const Request& request, const std::vector<std::string>* attachments,
                             Edit edit) const {
    const std::string_view id = request.param("id");
    const mortise::User& asker = request.signed_in();
    std::optional<std::vector<Attachment>> attached;
    if (attachments !=
        nullptr) {  // the service that knows files may ask the database itself: before the write
        const Post post =
            database_.read([&](mortise::Reader& reader) { return require_own_post(reader, id, asker); });
        attached = attachments_.of(*attachments, post.attachments, asker);
    }
    return database_.write([&](Transaction& transaction) {
        // Two edits at once must not lose one another, whatever isolation the database gives.
        transaction.lock("post:" + std::string(id));
        const Post before = require_own_post(transaction, id, asker);
        require_version(request, before);
        Post post = before;
        post.updated_at = clock_.now();
        edit(post, post.updated_at);
        if (attached) place_attachments(post, *attached);
        // A post keeps the address it was published under; until then the address follows the title.
        if (post.title != before.title && !before.published_at)
            post.slug = free_slug(transaction, post.title, post.id);
        ++post.version;
        update(transaction, post, before);
        return ChangedPost{std::move(post), before.is_published()};
    });
}

void delete_post(Transaction& transaction, std::string_view id) {
    transaction.execute("DELETE FROM posts WHERE id = ?", id);
    transaction.execute("DELETE FROM post_tags WHERE post_id = ?", id);
    transaction.execute("DELETE FROM post_likes WHERE post_id = ?", id);
    transaction.execute("DELETE FROM post_comments WHERE post_id = ?", id);
}

}  // namespace posts
