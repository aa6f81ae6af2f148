// SPDX-License-Identifier: Apache-2.0
#include "history.h"

#include <string_view>
#include <vector>

#include <mortise/http.h>
#include <mortise/services/identity.h>

#include "live_call.h"

namespace calls {

using mortise::Reader;
using mortise::Request;
using mortise::Value;

namespace {

constexpr std::string_view select_records =
    "SELECT id, call_id, kind, call_type, direction, peer_id, group_id, status, reason, started_at, "
    "answered_at, ended_at, duration FROM calls_log";

// The condition of a SELECT with its values; their texts must outlive it.
class Selection {
public:
    Selection(const std::string& user_id, const HistoryQuery& query) : values_{user_id} {
        where("status = ?", query.status);
        where("kind = ?", query.kind);
        where("direction = ?", query.direction);
        where("call_type = ?", query.call_type);
    }
    // Everything older than the record the cursor stands for.
    void start_after(const mortise::TimeMark& mark) {
        conditions_ += " AND (started_at, id) < (?, ?)";
        values_.emplace_back(mark.time);
        values_.emplace_back(mark.id);
    }
    void add(Value value) { values_.push_back(value); }

    std::string sql(std::string_view select, std::string_view end) const {
        return std::string(select) + conditions_ + std::string(end);
    }
    const std::vector<Value>& values() const { return values_; }

private:
    void where(std::string_view condition, const std::optional<std::string>& value) {
        if (!value) return;
        conditions_ += " AND ";
        conditions_ += condition;
        values_.emplace_back(*value);
    }

    std::string conditions_ = " WHERE user_id = ?";
    std::vector<Value> values_;
};

}  // namespace

mortise::Shape<HistoryQuery> History::shape() {
    const auto texts = [](auto... words) { return std::vector<std::string>{std::string(words)...}; };
    auto shape = mortise::page_shape<HistoryQuery>();
    shape.at(&HistoryQuery::status)
        .one_of(texts(name_of(Outcome::answered), name_of(Outcome::missed), name_of(Outcome::rejected),
                      name_of(Outcome::cancelled)));
    shape.at(&HistoryQuery::kind).one_of(texts(direct_kind, group_kind));
    shape.at(&HistoryQuery::direction).one_of(texts(incoming, outgoing));
    shape.at(&HistoryQuery::call_type).one_of(texts(audio, video));
    return shape;
}

mortise::Response History::list(const Request& request) const {
    const auto& query = request.query<HistoryQuery>();
    const std::string& user_id = request.signed_in().id;
    if (query.page) return mortise::to_response(by_number(user_id, query));
    return mortise::to_response(by_cursor(user_id, query));
}

mortise::Page<CallRecord> History::by_cursor(const std::string& user_id, const HistoryQuery& query) const {
    Selection selection(user_id, query);
    const auto mark = mortise::TimeMark::in(query.cursor, mortise::Time::max());
    if (query.cursor) selection.start_after(mark);
    selection.add(query.limit + 1);
    auto records = parts_.database.query_as<CallRecord>(
        mortise::Reading::replica_ok,
        selection.sql(select_records, " ORDER BY started_at DESC, id DESC LIMIT ?"), selection.values());
    return mortise::make_page(std::move(records), query.limit, [](const CallRecord& record) {
        return mortise::TimeMark{record.started_at, record.id}.values();
    });
}

mortise::NumberedPage<CallRecord> History::by_number(const std::string& user_id,
                                                     const HistoryQuery& query) const {
    const std::int64_t before = mortise::items_before(query);
    const Selection all(user_id, query);
    Selection selection(user_id, query);
    selection.add(query.limit);
    selection.add(before);
    mortise::NumberedPage<CallRecord> page;
    parts_.database.read(mortise::Reading::replica_ok, [&](Reader& reader) {
        page.data = reader.query_as<CallRecord>(
            selection.sql(select_records, " ORDER BY started_at DESC, id DESC LIMIT ? OFFSET ?"),
            selection.values());
        const auto count = reader.one(all.sql("SELECT count(*) FROM calls_log", ""), all.values());
        page.pagination = mortise::number_page(query, count->integer(0));
    });
    return page;
}

CallStats History::stats(const Request& request) const {
    CallStats stats;
    const auto groups = parts_.database.query(
        mortise::Reading::replica_ok,
        "SELECT status, direction, count(*), CAST(sum(duration) AS BIGINT) FROM calls_log WHERE user_id = ? "
        "GROUP BY status, direction",
        request.signed_in().id);
    for (const mortise::Row& row : groups) {
        const std::string_view status = row.text(0);
        const std::int64_t calls = row.integer(2);
        stats.total += calls;
        (row.text(1) == incoming ? stats.incoming : stats.outgoing) += calls;
        stats.total_duration += row.integer(3);
        if (status == name_of(Outcome::answered)) stats.answered += calls;
        if (status == name_of(Outcome::missed)) stats.missed += calls;
        if (status == name_of(Outcome::rejected)) stats.rejected += calls;
        if (status == name_of(Outcome::cancelled)) stats.cancelled += calls;
    }
    if (stats.answered > 0)
        stats.average_duration =
            static_cast<double>(stats.total_duration) / static_cast<double>(stats.answered);
    return stats;
}

CallRecord History::read(const Request& request) const {
    static const std::string sql = std::string(select_records) + " WHERE id = ? AND user_id = ?";
    auto record = parts_.database.one_as<CallRecord>(sql, request.param("id"), request.signed_in().id);
    if (!record) throw mortise::Error(mortise::Code::not_found, "There is no such call in your history.");
    return std::move(*record);
}

void History::remove(const Request& request) const {
    const auto removed = parts_.database.execute("DELETE FROM calls_log WHERE id = ? AND user_id = ?",
                                                 request.param("id"), request.signed_in().id);
    if (removed == 0)
        throw mortise::Error(mortise::Code::not_found, "There is no such call in your history.");
}

}  // namespace calls
