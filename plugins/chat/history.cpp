// SPDX-License-Identifier: Apache-2.0
#include "history.h"

#include <algorithm>

#include <mortise/error.h>
#include <mortise/services/identity.h>

namespace chat {

namespace {

constexpr std::size_t hidden_column = 11;  // follows message_columns

std::vector<Message> messages_between(mortise::Reader& reader, const Membership& member, std::int64_t after,
                                      std::int64_t before, bool newest_first, int limit) {
    static const std::string select = "SELECT " + std::string(message_columns) +
                                      ", h.seq FROM chat_messages m LEFT JOIN chat_hidden h "
                                      "ON h.user_id = ? AND h.chat_id = m.chat_id AND h.seq = m.seq "
                                      "WHERE m.chat_id = ? AND m.seq > ? AND m.seq < ? ORDER BY m.seq ";
    static const std::string ascending = select + "LIMIT ?";
    static const std::string descending = select + "DESC LIMIT ?";
    std::vector<Message> messages;
    for (const mortise::Row& row :
         reader.query(newest_first ? descending : ascending, member.user_id, member.chat_id,
                      std::max(after, member.visible_after), before, limit)) {
        messages.push_back(message_of(row));
        if (!row.is_null(hidden_column)) hide(messages.back());
    }
    return messages;
}

// `messages` ascend by seq.
void add_reactions(mortise::Reader& reader, const Membership& member, std::vector<Message>& messages) {
    if (messages.empty()) return;
    auto message = messages.begin();
    for (const mortise::Row& row : reader.query(
             "SELECT seq, emoji, count(*), max(CASE WHEN user_id = ? THEN 1 ELSE 0 END) FROM chat_reactions "
             "WHERE chat_id = ? AND seq >= ? AND seq <= ? GROUP BY seq, emoji ORDER BY seq, min(created_at), "
             "emoji",
             member.user_id, member.chat_id, messages.front().seq, messages.back().seq)) {
        message = std::find_if(message, messages.end(),
                               [&](const Message& each) { return each.seq >= row.integer(0); });
        if (message == messages.end()) break;
        if (message->seq != row.integer(0) || message->deleted) continue;
        message->reactions.push_back({std::string(row.text(1)), row.integer(2), row.integer(3) != 0});
    }
}

void refuse_both() {
    throw mortise::Error(mortise::Code::unprocessable, "The query has values that are not allowed.")
        .with_fault({"query:beforeSeq", "not_together", "Can't stand together with afterSeq."});
}

}  // namespace

HistoryPage History::get(const mortise::Request& request) const {
    return page(request.signed_in().id, request.param("id"), request.query<HistoryQuery>());
}

HistoryPage History::page(std::string_view reader_id, std::string_view chat_id,
                          const HistoryQuery& query) const {
    if (query.before_seq && query.after_seq) refuse_both();
    return parts_.database.read([&](mortise::Reader& reader) {
        const Membership member = require_member(reader, chat_id, reader_id);
        const bool newest_first = !query.after_seq;
        const std::int64_t before = query.before_seq.value_or(member.last_seq + 1);
        HistoryPage page;
        page.last_seq = member.last_seq;
        page.data = messages_between(reader, member, query.after_seq.value_or(0), before, newest_first,
                                     query.limit + 1);
        page.has_more = page.data.size() > static_cast<std::size_t>(query.limit);
        if (page.has_more) page.data.pop_back();
        if (newest_first) std::reverse(page.data.begin(), page.data.end());
        add_reactions(reader, member, page.data);
        return page;
    });
}

}  // namespace chat
