// SPDX-License-Identifier: Apache-2.0
#include "blocks.h"

#include <algorithm>

#include <mortise/services/identity.h>

#include "refusals.h"

namespace chat {

mortise::Shape<BlockQuery> Blocks::query_shape() {
    mortise::Shape<BlockQuery> shape;
    shape.at(&BlockQuery::limit).range(1, 100).about("Items on a page.");
    shape.at(&BlockQuery::cursor).length(1, 1000).about("nextCursor of the page before.");
    return shape;
}

mortise::Page<Block> Blocks::list(const mortise::Request& request) const {
    const auto& query = request.query<BlockQuery>();
    const auto after = mortise::TimeMark::in(query.cursor, mortise::Time{});
    auto rows = parts_.database.query_as<Block>(
        "SELECT blocked_id AS user_id, created_at FROM chat_blocks WHERE user_id = ? AND (created_at, "
        "blocked_id) > "
        "(?, ?) ORDER BY created_at, blocked_id LIMIT ?",
        request.signed_in().id, after.time, after.id, query.limit + 1);
    return mortise::make_page(std::move(rows), query.limit, [](const Block& block) {
        return mortise::TimeMark{block.created_at, block.user_id}.values();
    });
}

void Blocks::add(const mortise::Request& request) const {
    const std::string& asker = request.signed_in().id;
    const std::string blocked(request.param("userId"));
    if (blocked == asker) refuse_forbidden("own_id", "You can't block yourself.");
    if (parts_.people != nullptr && !parts_.people->find(blocked))
        throw mortise::Error(mortise::Code::not_found, "There is no such user.");
    parts_.database.execute(
        "INSERT INTO chat_blocks (user_id, blocked_id, created_at) VALUES (?, ?, ?) "
        "ON CONFLICT (user_id, blocked_id) DO NOTHING",
        asker, blocked, parts_.clock.now());
    presence_.hide(asker, blocked);
}

void Blocks::remove(const mortise::Request& request) const {
    parts_.database.execute("DELETE FROM chat_blocks WHERE user_id = ? AND blocked_id = ?",
                            request.signed_in().id, request.param("userId"));
}

void refuse_if_blocked(mortise::Reader& reader, std::string_view user_id,
                       std::span<const std::string> others) {
    // By whom one is blocked, not whether by each: one statement for any number of others.
    for (const mortise::Row& row :
         reader.query("SELECT user_id FROM chat_blocks WHERE blocked_id = ?", user_id))
        if (std::find(others.begin(), others.end(), row.text(0)) != others.end())
            refuse_forbidden("blocked", "Somebody among them does not receive messages from you.");
}

}  // namespace chat
