// SPDX-License-Identifier: Apache-2.0
#include "conversation.h"

#include "membership.h"

namespace chat {

std::vector<std::string> ids_of(const std::vector<Member>& members) {
    std::vector<std::string> ids;
    for (const Member& member : members) ids.push_back(member.user_id);
    return ids;
}

Conversation read_conversation(mortise::Reader& reader, std::string_view chat_id, std::string_view user_id) {
    Membership member = require_member(reader, chat_id, user_id);
    Conversation conversation;
    conversation.unread_count = member.unread_count();
    conversation.id = std::move(member.chat_id);
    conversation.type = std::move(member.type);
    conversation.title = std::move(member.title);
    conversation.peer_id = std::move(member.peer_id);
    conversation.created_by = std::move(member.created_by);
    conversation.created_at = member.created_at;
    conversation.last_seq = member.last_seq;
    conversation.members = reader.query_as<Member>(
        "SELECT user_id, role, joined_at, delivered_seq, read_seq FROM chat_members WHERE chat_id = ? "
        "ORDER BY joined_at, user_id",
        conversation.id);
    return conversation;
}

}  // namespace chat
