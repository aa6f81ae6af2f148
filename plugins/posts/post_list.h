// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/options.h>
#include <mortise/page.h>
#include <mortise/response.h>
#include <mortise/services/database.h>

#include "post.h"

namespace posts {

/// The query of every list of posts.
struct PostQuery : mortise::PageQuery {
    std::optional<std::string> category;
    std::optional<std::string> tag;
    std::optional<std::string> author;
    std::optional<std::string> search;  // in title and body
    std::optional<std::string> status;
};
BOOST_DESCRIBE_STRUCT(PostQuery, (mortise::PageQuery), (category, tag, author, search, status))

/// The query of the list over several categories.
struct CategoriesQuery : mortise::PageQuery {
    std::vector<std::string> categories;
};
BOOST_DESCRIBE_STRUCT(CategoriesQuery, (mortise::PageQuery), (categories))

mortise::Shape<PostQuery> post_query_shape();
mortise::Shape<CategoriesQuery> categories_query_shape();
/// "?limit=20&tag=c", as it stands in an address.
std::string query_text(const PostQuery& query);

/// Which posts, beside what the query of the client says.
struct Scope {
    bool only_published = true;  // the newest publication first; otherwise the newest post
    std::optional<std::string_view> author;
    std::vector<std::string> categories;  // any of these; empty: all

    /// Drafts too; of everybody when there is no author.
    static Scope every_post_of(std::optional<std::string_view> author) { return {false, author, {}}; }
};

/// Lists posts in pages, by cursor or by number as the query asks.
class PostList {
public:
    explicit PostList(mortise::Database& database) : database_(database) {}

    mortise::Response list(const Scope& scope, const PostQuery& query) const;

private:
    mortise::Page<Post> by_cursor(const Scope& scope, const PostQuery& query) const;
    mortise::NumberedPage<Post> by_number(const Scope& scope, const PostQuery& query) const;

    mortise::Database& database_;
};

}  // namespace posts
