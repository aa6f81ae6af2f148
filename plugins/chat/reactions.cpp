// SPDX-License-Identifier: Apache-2.0
#include "reactions.h"

#include <algorithm>
#include <span>

namespace chat {

namespace {

void fill(mortise::Reader& reader, std::string_view user_id, std::span<Message> messages) {
    if (messages.empty()) return;
    auto message = messages.begin();
    for (const mortise::Row& row : reader.query(
             "SELECT seq, emoji, count(*), max(CASE WHEN user_id = ? THEN 1 ELSE 0 END) FROM chat_reactions "
             "WHERE chat_id = ? AND seq >= ? AND seq <= ? GROUP BY seq, emoji ORDER BY seq, min(created_at), "
             "emoji",
             user_id, messages.front().chat_id, messages.front().seq, messages.back().seq)) {
        message = std::find_if(message, messages.end(),
                               [&](const Message& each) { return each.seq >= row.integer(0); });
        if (message == messages.end()) break;
        if (message->seq != row.integer(0) || message->deleted) continue;
        message->reactions.push_back({std::string(row.text(1)), row.integer(2), row.integer(3) != 0});
    }
}

}  // namespace

void add_reactions(mortise::Reader& reader, std::string_view user_id, std::vector<Message>& messages) {
    fill(reader, user_id, messages);
}

void add_reactions(mortise::Reader& reader, std::string_view user_id, Message& message) {
    fill(reader, user_id, {&message, 1});
}

}  // namespace chat
