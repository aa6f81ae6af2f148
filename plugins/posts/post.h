// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/field.h>
#include <mortise/options.h>
#include <mortise/services/database.h>
#include <mortise/shape.h>
#include <mortise/time.h>

namespace posts {

inline constexpr std::string_view draft = "draft";
inline constexpr std::string_view published = "published";

/// A file on a post, as it was when it was attached; files never change.
struct Attachment {
    std::string id;
    std::string name;
    std::string content_type;
    std::int64_t size = 0;
    std::string url;
};
BOOST_DESCRIBE_STRUCT(Attachment, (), (id, name, content_type, size, url))

/// A post as it stands in the table and on the wire.
struct Post {
    std::string id;
    std::string author_id;
    std::string title;
    std::string slug;
    std::string body;
    std::optional<std::string> category;
    std::vector<std::string> tags;
    std::string status;
    std::optional<mortise::Time> published_at;  // when it was first published; absent: never yet
    mortise::Time created_at{};
    mortise::Time updated_at{};
    std::int64_t version = 0;
    std::int64_t like_count = 0;
    std::int64_t comment_count = 0;
    std::vector<Attachment> attachments;

    bool is_published() const { return status == published; }
};
BOOST_DESCRIBE_STRUCT(Post, (),
                      (id, author_id, title, slug, body, category, tags, status, published_at, created_at,
                       updated_at, version, like_count, comment_count, attachments))

inline constexpr std::string_view post_columns =
    "id, author_id, title, slug, body, category, tags, status, published_at, created_at, updated_at, "
    "version, like_count, comment_count, attachments";

/// The body of POST and PUT.
struct NewPost {
    std::string title;
    std::string body;
    std::optional<std::string> category;
    std::vector<std::string> tags;
    std::string status = std::string(published);
    std::vector<std::string> attachments;  // ids of files
};
BOOST_DESCRIBE_STRUCT(NewPost, (), (title, body, category, tags, status, attachments))

/// The body of PATCH: what is not sent stays.
struct PostChanges {
    std::optional<std::string> title;
    std::optional<std::string> body;
    mortise::Field<std::string> category;
    std::optional<std::vector<std::string>> tags;
    std::optional<std::string> status;
    std::optional<std::vector<std::string>> attachments;
};
BOOST_DESCRIBE_STRUCT(PostChanges, (), (title, body, category, tags, status, attachments))

/// Says what is wrong with a text of blanks only.
std::optional<std::string> refuse_blank(std::string_view text);
/// Trimmed, in lower case as far as ASCII goes, each once.
std::vector<std::string> tidy_tags(const std::vector<std::string>& tags);

/// New posts and changed ones obey the same limits.
template <class Body>
mortise::Shape<Body> post_shape(const mortise::Options& options) {
    const auto at_most = [&](const char* option) {
        return static_cast<std::size_t>(options.integer(option));
    };
    mortise::Shape<Body> shape;
    shape.at(&Body::title).length(1, 200).check("blank", refuse_blank).not_null();
    shape.at(&Body::body).length(1, at_most("body_length")).not_null();
    shape.at(&Body::category).length(1, 60).check("blank", refuse_blank);
    if (!options.texts("categories").empty()) shape.at(&Body::category).one_of(options.texts("categories"));
    shape.at(&Body::tags)
        .items(0, at_most("tags"))
        .length(1, 40)
        .check("bad_tag",
               [](std::string_view tag) -> std::optional<std::string> {
                   if (tag.find(',') != std::string_view::npos) return "Must have no comma.";
                   return refuse_blank(tag);
               })
        .optional()
        .not_null();
    shape.at(&Body::status).one_of({std::string(draft), std::string(published)}).not_null();
    shape.at(&Body::attachments).items(0, at_most("attachments")).length(1, 100).optional().not_null();
    return shape;
}

}  // namespace posts

/// Lists are kept as JSON in one column, so that a page of posts is one query.
template <>
struct mortise::ColumnType<std::vector<std::string>> {
    static std::vector<std::string> read(const Row& row, Column column);
};
template <>
struct mortise::ColumnType<std::vector<posts::Attachment>> {
    static std::vector<posts::Attachment> read(const Row& row, Column column);
};
