// SPDX-License-Identifier: Apache-2.0
#include "conversation_list.h"

#include <vector>

#include <mortise/services/identity.h>

#include "message.h"

namespace chat {

using mortise::PageQuery;
using mortise::Row;

namespace {

// A direct conversation shows up for the other one with its first message.
constexpr std::string_view own_conversations =
    " FROM chat_members m JOIN chat_conversations c ON c.id = m.chat_id "
    "WHERE m.user_id = ?1 AND (c.last_seq > 0 OR c.type = 'group' OR c.created_by = ?1)";

std::string select_page(std::string_view condition, std::string_view limit) {
    return "SELECT p.*, (SELECT count(*) FROM chat_members n WHERE n.chat_id = p.id), l.id, l.sender_id, "
           "l.text, "
           "l.attachments IS NOT NULL, l.created_at, l.deleted_at, h.seq FROM (SELECT c.id, c.type, c.title, "
           "CASE WHEN c.first_id = m.user_id THEN c.second_id ELSE c.first_id END AS peer_id, c.created_at, "
           "c.active_at, c.last_seq, m.read_seq, m.visible_after" +
           std::string(own_conversations) + std::string(condition) +
           " ORDER BY c.active_at DESC, c.id DESC " + std::string(limit) +
           ") p LEFT JOIN chat_messages l ON l.chat_id = p.id AND l.seq = p.last_seq AND l.seq > "
           "p.visible_after "
           "LEFT JOIN chat_hidden h ON h.user_id = ?1 AND h.chat_id = p.id AND h.seq = p.last_seq "
           "ORDER BY p.active_at DESC, p.id DESC";
}

std::optional<LastMessage> last_message_of(const Row& row, std::int64_t seq) {
    if (row.is_null(10)) return std::nullopt;
    LastMessage message;
    message.id = row.text(10);
    message.seq = seq;
    message.sender_id = row.text(11);
    message.created_at = row.time(14);
    if (!row.is_null(15))
        message.deleted = deleted_for_everyone;
    else if (!row.is_null(16))
        message.deleted = deleted_for_me;
    if (message.deleted) return message;
    message.text = row.text(12);
    message.has_attachments = row.flag(13);
    return message;
}

ConversationSummary summary_of(const Row& row) {
    ConversationSummary summary;
    summary.id = row.text(0);
    summary.type = row.text(1);
    summary.title = row.get<std::optional<std::string>>(2);
    summary.peer_id = row.get<std::optional<std::string>>(3);
    summary.created_at = row.time(4);
    summary.active_at = row.time(5);
    summary.last_seq = row.integer(6);
    summary.read_seq = row.integer(7);
    summary.unread_count = summary.last_seq - summary.read_seq;
    summary.member_count = row.integer(9);
    summary.last_message = last_message_of(row, summary.last_seq);
    return summary;
}

template <class... Parameters>
std::vector<ConversationSummary> summaries(mortise::Reader& reader, const std::string& sql,
                                           const Parameters&... parameters) {
    std::vector<ConversationSummary> found;
    for (const Row& row : reader.query(sql, parameters...)) found.push_back(summary_of(row));
    return found;
}

}  // namespace

mortise::Response ConversationList::get(const mortise::Request& request) const {
    const auto& query = request.query<PageQuery>();
    const std::string& user_id = request.signed_in().id;
    if (query.page) return mortise::to_response(by_number(user_id, query));
    return mortise::to_response(by_cursor(user_id, query));
}

mortise::Page<ConversationSummary> ConversationList::by_cursor(std::string_view user_id,
                                                               const PageQuery& query) const {
    static const std::string first_page = select_page("", "LIMIT ?2");
    static const std::string later_page = select_page(" AND (c.active_at, c.id) < (?3, ?4)", "LIMIT ?2");
    auto rows = parts_.database.read([&](mortise::Reader& reader) {
        if (!query.cursor) return summaries(reader, first_page, user_id, query.limit + 1);
        const auto mark = mortise::TimeMark::in(query.cursor, {});
        return summaries(reader, later_page, user_id, query.limit + 1, mark.time, mark.id);
    });
    return mortise::make_page(std::move(rows), query.limit, [](const ConversationSummary& summary) {
        return mortise::TimeMark{summary.active_at, summary.id}.values();
    });
}

mortise::NumberedPage<ConversationSummary> ConversationList::by_number(std::string_view user_id,
                                                                       const PageQuery& query) const {
    static const std::string page_sql = select_page("", "LIMIT ?2 OFFSET ?3");
    static const std::string count_sql = "SELECT count(*)" + std::string(own_conversations);
    const std::int64_t before = mortise::items_before(query);
    return parts_.database.read([&](mortise::Reader& reader) {
        mortise::NumberedPage<ConversationSummary> page;
        page.data = summaries(reader, page_sql, user_id, query.limit, before);
        page.pagination = mortise::number_page(query, reader.one(count_sql, user_id).value().integer(0));
        return page;
    });
}

}  // namespace chat
