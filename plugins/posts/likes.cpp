// SPDX-License-Identifier: Apache-2.0
#include "likes.h"

#include "read_post.h"

namespace posts {

using mortise::Transaction;

namespace {

// The row is locked by this until the write ends: a post that goes meanwhile leaves no likes behind.
std::int64_t count(Transaction& transaction, std::string_view post_id, std::int64_t change) {
    const auto row = transaction.one(
        "UPDATE posts SET like_count = like_count + ? WHERE id = ? AND status = 'published' "
        "RETURNING like_count",
        change, post_id);
    if (!row) refuse_unknown_post();
    return row->integer(0);
}

}  // namespace

mortise::Shape<LikedQuery> liked_query_shape() {
    mortise::Shape<LikedQuery> shape;
    shape.at(&LikedQuery::ids).items(1, 100).length(1, 100).required();
    return shape;
}

Likes::Outcome Likes::like(std::string_view post_id, std::string_view user_id) const {
    return database_.write([&](Transaction& transaction) {
        const auto added = transaction.execute(
            "INSERT INTO post_likes (post_id, user_id, liked_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            post_id, user_id, clock_.now());
        return Outcome{{true, count(transaction, post_id, added)}, added > 0};
    });
}

Likes::Outcome Likes::unlike(std::string_view post_id, std::string_view user_id) const {
    return database_.write([&](Transaction& transaction) {
        const auto removed =
            transaction.execute("DELETE FROM post_likes WHERE post_id = ? AND user_id = ?", post_id, user_id);
        return Outcome{{false, count(transaction, post_id, -removed)}, removed > 0};
    });
}

mortise::Page<Like> Likes::list(std::string_view post_id, const mortise::PageQuery& query) const {
    mortise::refuse_page_number(query);
    const auto mark = mortise::TimeMark::in(query.cursor, mortise::Time::max());
    auto rows = database_.read(mortise::Reading::replica_ok, [&](mortise::Reader& reader) {
        require_published(reader, post_id);
        return reader.query_as<Like>(
            "SELECT user_id, liked_at FROM post_likes WHERE post_id = ? AND (liked_at, user_id) < (?, ?) "
            "ORDER BY liked_at DESC, user_id DESC LIMIT ?",
            post_id, mark.time, mark.id, query.limit + 1);
    });
    return mortise::make_page(std::move(rows), query.limit, [](const Like& like) {
        return mortise::TimeMark{like.liked_at, like.user_id}.values();
    });
}

Liked Likes::liked_of(const std::vector<std::string>& post_ids, std::string_view user_id) const {
    std::string sql = "SELECT post_id FROM post_likes WHERE user_id = ? AND post_id IN (?";
    std::vector<mortise::Value> values{user_id};
    for (std::size_t more = 1; more < post_ids.size(); ++more) sql += ", ?";
    values.insert(values.end(), post_ids.begin(), post_ids.end());
    Liked liked;
    for (const mortise::Row& row : database_.query(sql + ") ORDER BY post_id", values))
        liked.ids.emplace_back(row.text(0));
    return liked;
}

}  // namespace posts
