// SPDX-License-Identifier: Apache-2.0
#include "comments.h"

#include <optional>

#include <mortise/error.h>
#include <mortise/etag.h>
#include <mortise/http.h>
#include <mortise/id.h>

#include "post.h"
#include "read_post.h"

namespace posts {

using mortise::Request;
using mortise::Transaction;

namespace {

const std::string select_comments =
    "SELECT id, post_id, author_id, body, created_at, updated_at, version FROM post_comments ";

std::string etag_of(const Comment& comment) {
    return mortise::quote_etag("v" + std::to_string(comment.version));
}

Comment require_comment(mortise::Reader& reader, const Request& request) {
    auto comment = reader.one_as<Comment>(select_comments + "WHERE id = ? AND post_id = ?",
                                          request.param("comment"), request.param("id"));
    if (!comment) throw mortise::Error(mortise::Code::not_found, "There is no such comment.");
    return std::move(*comment);
}

// A post stays locked until the write ends, so that it can't be deleted or hidden meanwhile.
void count(Transaction& transaction, std::string_view post_id, int change) {
    const auto changed = transaction.execute(
        "UPDATE posts SET comment_count = comment_count + ? WHERE id = ? AND status = 'published'", change,
        post_id);
    if (changed == 0) refuse_unknown_post();
}

}  // namespace

mortise::Shape<CommentText> comment_shape(const mortise::Options& options) {
    mortise::Shape<CommentText> shape;
    shape.at(&CommentText::body)
        .length(1, static_cast<std::size_t>(options.integer("comment_length")))
        .check("blank", refuse_blank);
    return shape;
}

mortise::Response comment_response(const Comment& comment) {
    auto response = mortise::to_response(comment);
    response.set_header("ETag", etag_of(comment));
    return response;
}

mortise::Page<Comment> Comments::list(std::string_view post_id, const mortise::PageQuery& query) const {
    mortise::refuse_page_number(query);
    const auto mark = mortise::TimeMark::in(query.cursor, mortise::Time{});
    auto rows = database_.read(mortise::Reading::replica_ok, [&](mortise::Reader& reader) {
        require_published(reader, post_id);
        return reader.query_as<Comment>(
            select_comments +
                "WHERE post_id = ? AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?",
            post_id, mark.time, mark.id, query.limit + 1);
    });
    return mortise::make_page(std::move(rows), query.limit, [](const Comment& comment) {
        return mortise::TimeMark{comment.created_at, comment.id}.values();
    });
}

Comment Comments::read(const Request& request) const {
    return database_.read([&](mortise::Reader& reader) {
        require_published(reader, request.param("id"));
        return require_comment(reader, request);
    });
}

Comment Comments::add(const Request& request) const {
    Comment comment;
    comment.id = mortise::new_id();
    comment.post_id = request.param("id");
    comment.author_id = request.signed_in().id;
    comment.body = request.body<CommentText>().body;
    comment.created_at = comment.updated_at = clock_.now();
    comment.version = 1;
    database_.write([&](Transaction& transaction) {
        count(transaction, comment.post_id, 1);
        transaction.execute(
            "INSERT INTO post_comments (id, post_id, author_id, body, created_at, updated_at, version) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            comment.id, comment.post_id, comment.author_id, comment.body, comment.created_at,
            comment.updated_at, comment.version);
    });
    return comment;
}

Comment Comments::change(const Request& request) const {
    return database_.write([&](Transaction& transaction) {
        count(transaction, request.param("id"), 0);
        Comment comment = require_comment(transaction, request);
        if (comment.author_id != request.signed_in().id)
            throw mortise::Error(mortise::Code::forbidden, "Only its author may change this comment.");
        mortise::require_match(request, etag_of(comment));
        comment.body = request.body<CommentText>().body;
        comment.updated_at = clock_.now();
        ++comment.version;
        transaction.execute("UPDATE post_comments SET body = ?, updated_at = ?, version = ? WHERE id = ?",
                            comment.body, comment.updated_at, comment.version, comment.id);
        return comment;
    });
}

void Comments::remove(const Request& request) const {
    database_.write([&](Transaction& transaction) {
        const mortise::User& asker = request.signed_in();
        count(transaction, request.param("id"), -1);
        const Comment comment = require_comment(transaction, request);
        const auto post = find_post(transaction, comment.post_id);
        if (!may_change(asker, comment.author_id) && !(post && may_change(asker, post->author_id)))
            throw mortise::Error(mortise::Code::forbidden, "Only its author may delete this comment.");
        mortise::require_match(request, etag_of(comment));
        transaction.execute("DELETE FROM post_comments WHERE id = ?", comment.id);
    });
}

}  // namespace posts
