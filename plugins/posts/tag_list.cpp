// SPDX-License-Identifier: Apache-2.0
#include "tag_list.h"

namespace posts {

mortise::Shape<UsesQuery> uses_query_shape() {
    mortise::Shape<UsesQuery> shape;
    shape.at(&UsesQuery::limit).range(1, 1000);
    return shape;
}

Uses count_tags(mortise::Database& database, int limit) {
    return {database.query_as<Use>(
        mortise::Reading::replica_ok,
        "SELECT tag AS name, count(*) AS count FROM post_tags JOIN posts ON posts.id = post_tags.post_id "
        "WHERE posts.status = 'published' GROUP BY tag ORDER BY count(*) DESC, tag LIMIT ?",
        limit)};
}

Uses count_categories(mortise::Database& database, int limit) {
    return {database.query_as<Use>(
        mortise::Reading::replica_ok,
        "SELECT category AS name, count(*) AS count FROM posts WHERE status = 'published' AND "
        "category IS NOT NULL GROUP BY category ORDER BY count(*) DESC, category LIMIT ?",
        limit)};
}

}  // namespace posts
