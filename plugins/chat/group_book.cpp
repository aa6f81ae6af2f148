// SPDX-License-Identifier: Apache-2.0
#include "group_book.h"

#include "membership.h"

namespace chat {

namespace {

// Everybody in a conversation with ?1 where neither has blocked the other; more conditions may follow.
constexpr std::string_view contacts =
    "SELECT DISTINCT o.user_id FROM chat_members m "
    "JOIN chat_members o ON o.chat_id = m.chat_id AND o.user_id <> m.user_id WHERE m.user_id = ?1 "
    "AND NOT EXISTS (SELECT 1 FROM chat_blocks b WHERE b.user_id = o.user_id AND b.blocked_id = m.user_id) "
    "AND NOT EXISTS (SELECT 1 FROM chat_blocks b WHERE b.user_id = m.user_id AND b.blocked_id = o.user_id) ";

}  // namespace

std::optional<mortise::Group> GroupBook::find(std::string_view id) const {
    return parts_.database.read([&](mortise::Reader& reader) -> std::optional<mortise::Group> {
        const auto found = reader.one("SELECT type, title FROM chat_conversations WHERE id = ?", id);
        if (!found) return std::nullopt;
        mortise::Group conversation;
        conversation.id = id;
        conversation.is_group = found->text(0) == group;
        if (!found->is_null(1)) conversation.title = found->text(1);
        for (const mortise::Row& row : reader.query(
                 "SELECT user_id FROM chat_members WHERE chat_id = ? ORDER BY joined_at, user_id", id))
            conversation.members.emplace_back(row.text(0));
        return conversation;
    });
}

bool GroupBook::is_member(std::string_view group_id, std::string_view user_id) const {
    return parts_.database
        .one("SELECT 1 FROM chat_members WHERE chat_id = ? AND user_id = ?", group_id, user_id)
        .has_value();
}

std::vector<std::string> GroupBook::contacts_of(std::string_view user_id) const {
    static const std::string sql = std::string(contacts) + "LIMIT ?2";
    std::vector<std::string> ids;
    for (const mortise::Row& row : parts_.database.query(sql, user_id, most_contacts))
        ids.emplace_back(row.text(0));
    return ids;
}

bool GroupBook::are_contacts(std::string_view one, std::string_view other) const {
    static const std::string sql = std::string(contacts) + "AND o.user_id = ?2 LIMIT 1";
    return parts_.database.one(sql, one, other).has_value();
}

bool GroupBook::is_blocked(std::string_view by, std::string_view whom) const {
    return parts_.database.one("SELECT 1 FROM chat_blocks WHERE user_id = ? AND blocked_id = ?", by, whom)
        .has_value();
}

}  // namespace chat
