// SPDX-License-Identifier: Apache-2.0
#include "history.h"

#include <algorithm>

#include <mortise/services/identity.h>

#include "membership.h"
#include "reactions.h"
#include "refusals.h"

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

void refuse_both(const HistoryQuery& query, std::string pointer) {
    if (query.before_seq && query.after_seq)
        refuse_value(std::move(pointer), "not_together", "Can't stand together with afterSeq.");
}

}  // namespace

mortise::Shape<HistoryRequest> history_request_shape() {
    auto shape = history_shape<HistoryRequest>();
    describe_id(shape.at(&HistoryRequest::chat_id));
    return shape;
}

HistoryPage History::get(const mortise::Request& request) const {
    const auto& query = request.query<HistoryQuery>();
    refuse_both(query, "query:beforeSeq");
    return page(request.signed_in().id, request.param("id"), query);
}

HistoryAnswer History::answer(mortise::Socket& socket, const HistoryRequest& wanted) const {
    refuse_both(wanted, "/beforeSeq");
    HistoryPage found = page(socket.signed_in()->id, wanted.chat_id, wanted);
    return {true, std::move(found.data), found.has_more, found.last_seq};
}

HistoryPage History::page(std::string_view reader_id, std::string_view chat_id,
                          const HistoryQuery& query) const {
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
        add_reactions(reader, member.user_id, page.data);
        return page;
    });
}

}  // namespace chat
