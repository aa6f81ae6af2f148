// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/page.h>
#include <mortise/services/clock.h>
#include <mortise/services/database.h>
#include <mortise/shape.h>
#include <mortise/time.h>

namespace posts {

/// One who likes a post.
struct Like {
    std::string user_id;
    mortise::Time liked_at{};
};
BOOST_DESCRIBE_STRUCT(Like, (), (user_id, liked_at))

/// How it stands after a like was given or taken back.
struct Liking {
    bool liked = false;  // by who asks
    std::int64_t like_count = 0;
};
BOOST_DESCRIBE_STRUCT(Liking, (), (liked, like_count))

/// Which of these posts does who asks like?
struct LikedQuery {
    std::vector<std::string> ids;
};
BOOST_DESCRIBE_STRUCT(LikedQuery, (), (ids))

struct Liked {
    std::vector<std::string> ids;  // the liked ones among those asked for
};
BOOST_DESCRIBE_STRUCT(Liked, (), (ids))

mortise::Shape<LikedQuery> liked_query_shape();

/// Likes of published posts: one for each person, whoever often they ask.
class Likes {
public:
    Likes(mortise::Database& database, const mortise::Clock& clock) : database_(database), clock_(clock) {}

    /// How it stands, and whether anything changed.
    struct Outcome {
        Liking liking;
        bool changed = false;
    };
    Outcome like(std::string_view post_id, std::string_view user_id) const;
    Outcome unlike(std::string_view post_id, std::string_view user_id) const;

    /// Who likes a post, the latest first.
    mortise::Page<Like> list(std::string_view post_id, const mortise::PageQuery& query) const;
    Liked liked_of(const std::vector<std::string>& post_ids, std::string_view user_id) const;

private:
    mortise::Database& database_;
    const mortise::Clock& clock_;
};

}  // namespace posts
