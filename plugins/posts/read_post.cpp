// SPDX-License-Identifier: Apache-2.0
#include "read_post.h"

#include <mortise/error.h>
#include <mortise/etag.h>

namespace posts {

namespace {

Post require_visible(std::optional<Post> post, const mortise::User* asker) {
    const bool may_read =
        post && (post->is_published() || (asker != nullptr && may_change(*asker, post->author_id)));
    if (!may_read) refuse_unknown_post();
    return std::move(*post);
}

std::string version_tag(const Post& post) {
    return "v" + std::to_string(post.version) + ".";
}

std::string etag_of(const Post& post) {
    return mortise::quote_etag(version_tag(post) + std::to_string(post.like_count) + "." +
                               std::to_string(post.comment_count));
}

}  // namespace

bool may_change(const mortise::User& asker, std::string_view author_id) {
    return asker.id == author_id || asker.role == "admin";
}

std::optional<Post> find_post(mortise::Reader& reader, std::string_view id) {
    return reader.one_as<Post>("SELECT " + std::string(post_columns) + " FROM posts WHERE id = ?", id);
}

Post require_post(mortise::Reader& reader, std::string_view id, const mortise::User* asker) {
    return require_visible(find_post(reader, id), asker);
}

Post require_post_named(mortise::Reader& reader, std::string_view slug, const mortise::User* asker) {
    return require_visible(
        reader.one_as<Post>("SELECT " + std::string(post_columns) + " FROM posts WHERE slug = ?", slug),
        asker);
}

Post require_own_post(mortise::Reader& reader, std::string_view id, const mortise::User& asker) {
    Post post = require_post(reader, id, &asker);
    if (!may_change(asker, post.author_id))
        throw mortise::Error(mortise::Code::forbidden, "Only its author may change this post.");
    return post;
}

void require_published(mortise::Reader& reader, std::string_view id) {
    if (!reader.one("SELECT 1 FROM posts WHERE id = ? AND status = 'published'", id)) refuse_unknown_post();
}

mortise::Response post_response(const Post& post) {
    auto response = mortise::to_response(post);
    response.set_header("ETag", etag_of(post));
    return response;
}

void require_version(const mortise::Request& request, const Post& post) {
    const std::string_view sent = request.header("If-Match");
    const auto place = sent.find('"' + version_tag(post));
    const bool names_it =
        place != std::string_view::npos && (place == 0 || sent[place - 1] != '/');  // not W/"…"
    if (!names_it) mortise::require_match(request, etag_of(post));
}

void refuse_unknown_post() {
    throw mortise::Error(mortise::Code::not_found, "There is no such post.");
}

}  // namespace posts
