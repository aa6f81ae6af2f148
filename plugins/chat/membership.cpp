// SPDX-License-Identifier: Apache-2.0
#include "membership.h"

#include "refusals.h"

namespace chat {

Membership require_member(mortise::Reader& reader, std::string_view chat_id, std::string_view user_id) {
    auto found = reader.one_as<Membership>(
        "SELECT s.chat_id, s.user_id, s.type, s.peer_id, s.title, s.created_by, s.created_at, s.last_seq, "
        "s.role, "
        "s.visible_after, s.delivered_seq, s.read_seq, "
        "EXISTS (SELECT 1 FROM chat_blocks b WHERE b.user_id = s.peer_id AND b.blocked_id = s.user_id) AS "
        "is_blocked, "
        "EXISTS (SELECT 1 FROM chat_members p WHERE p.chat_id = s.chat_id AND p.user_id = s.peer_id) AS "
        "has_peer "
        "FROM (SELECT m.chat_id, m.user_id, c.type, "
        "CASE WHEN c.first_id = m.user_id THEN c.second_id ELSE c.first_id END AS peer_id, "
        "c.title, c.created_by, c.created_at, c.last_seq, m.role, m.visible_after, m.delivered_seq, "
        "m.read_seq "
        "FROM chat_members m JOIN chat_conversations c ON c.id = m.chat_id "
        "WHERE m.chat_id = ? AND m.user_id = ?) s",
        chat_id, user_id);
    if (!found) refuse_unknown_chat();
    return std::move(*found);
}

void require_may_write(const Membership& member) {
    if (!member.is_direct()) return;
    if (!member.has_peer) refuse_forbidden("recipient_gone", "This person is no longer here.");
    if (member.is_blocked) refuse_forbidden("blocked", "This person does not receive messages from you.");
}

void require_admin(const Membership& member) {
    if (member.is_direct())
        refuse_forbidden("direct_chat", "A direct conversation has its two people for good.");
    if (!member.is_admin()) refuse_forbidden("admins_only", "Only admins of the group may do this.");
}

std::vector<std::string> members_of(mortise::Reader& reader, std::string_view chat_id) {
    std::vector<std::string> members;
    for (const mortise::Row& row :
         reader.query("SELECT user_id FROM chat_members WHERE chat_id = ?", chat_id))
        members.emplace_back(row.text(0));
    return members;
}

}  // namespace chat
