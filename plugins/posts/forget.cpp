// SPDX-License-Identifier: Apache-2.0
#include "forget.h"

#include <string>

#include "change_post.h"

namespace posts {

using mortise::Database;
using mortise::Row;
using mortise::Transaction;

namespace {

constexpr int step = 100;

struct Trace {
    std::string_view find;  // `own` and post_id of some that a person left below posts
    std::string_view remove;
    std::string_view count_out;
};
constexpr Trace comments{
    "SELECT id AS own, post_id FROM post_comments WHERE author_id = ? ORDER BY post_id LIMIT ?",
    "DELETE FROM post_comments WHERE id = ? AND post_id = ?",
    "UPDATE posts SET comment_count = comment_count - 1 WHERE id = ?"};
constexpr Trace likes{
    "SELECT user_id AS own, post_id FROM post_likes WHERE user_id = ? ORDER BY post_id LIMIT ?",
    "DELETE FROM post_likes WHERE user_id = ? AND post_id = ?",
    "UPDATE posts SET like_count = like_count - 1 WHERE id = ?"};

}  // namespace

void forget_person(Database& database, std::string_view user_id,
                   const std::function<void(std::string_view)>& on_change) {
    for (;;) {
        const auto posts =
            database.query("SELECT id AS post_id FROM posts WHERE author_id = ? LIMIT ?", user_id, step);
        if (posts.empty()) break;
        database.write([&](Transaction& transaction) {
            for (const Row& row : posts) delete_post(transaction, row.text("post_id"));
        });
        for (const Row& row : posts) on_change(row.text("post_id"));
    }
    for (const Trace& trace : {comments, likes}) {
        for (;;) {
            const auto rows = database.query(trace.find, user_id, step);
            if (rows.empty()) break;
            database.write([&](Transaction& transaction) {
                for (const Row& row : rows)
                    if (transaction.execute(trace.remove, row.text("own"), row.text("post_id")) > 0)
                        transaction.execute(trace.count_out, row.text("post_id"));
            });
            for (const Row& row : rows) on_change(row.text("post_id"));
        }
    }
}

}  // namespace posts
