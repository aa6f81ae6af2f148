// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/services/database.h>
#include <mortise/shape.h>

namespace posts {

/// A tag or a category, and how many published posts have it.
struct Use {
    std::string name;
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Use, (), (name, count))

/// The most used first.
struct Uses {
    std::vector<Use> data;
};
BOOST_DESCRIBE_STRUCT(Uses, (), (data))

struct UsesQuery {
    int limit = 100;
};
BOOST_DESCRIBE_STRUCT(UsesQuery, (), (limit))

mortise::Shape<UsesQuery> uses_query_shape();

Uses count_tags(mortise::Database& database, int limit);
Uses count_categories(mortise::Database& database, int limit);

}  // namespace posts
