// SPDX-License-Identifier: Apache-2.0
#include "live_call.h"

#include "refusals.h"

namespace calls {

using mortise::Reader;
using mortise::Transaction;

namespace {

// A row for each of the two seats, the call's own columns in both.
std::string select_calls(std::string_view from, std::string_view condition = {}) {
    return "SELECT c.id, c.name, c.call_type, c.state, c.caller_id, c.caller_info, c.was_delivered, "
           "c.started_at, c.answered_at, " +
           std::string(seat_columns) + std::string(from) + " AND c.kind = 'direct'" + std::string(condition);
}

const std::string by_name = select_calls(from_calls, " AND c.group_id = '' AND c.name = ?");
const std::string by_id = select_calls(from_calls, " AND c.id = ?");
const std::string by_person = select_calls(from_calls_of_person);

LiveCall begin_call(const mortise::Row& row) {
    LiveCall call;
    call.id = row.text("id");
    call.name = row.text("name");
    call.call_type = row.text("call_type");
    call.state = state_of(row.text("state"));
    call.caller_info = row.text("caller_info");
    call.was_delivered = row.flag("was_delivered");
    call.started_at = row.time("started_at");
    call.answered_at = row.get<std::optional<mortise::Time>>("answered_at");
    return call;
}

std::optional<LiveCall> read_call(const mortise::Rows& rows) {
    std::optional<LiveCall> call;
    for (const mortise::Row& row : rows) {
        if (!call) call = begin_call(row);
        Seat seat = row.as<Seat>();
        (seat.user_id == row.text("caller_id") ? call->caller : call->receiver) = std::move(seat);
    }
    return call;
}

LiveCall with_role(std::optional<LiveCall> call, std::string_view user_id) {
    if (!call || call->role_of(user_id) == Role::nobody) refuse_unknown_call();
    return std::move(*call);
}

}  // namespace

Role LiveCall::role_of(std::string_view user_id) const {
    if (user_id == caller.user_id) return Role::caller;
    return user_id == receiver.user_id ? Role::receiver : Role::nobody;
}

void lock_call(Transaction& tx, std::string_view name) {
    tx.lock("calls:call:" + std::string(name));
}

std::optional<LiveCall> find_call(Reader& reader, std::string_view name) {
    return read_call(reader.rows(by_name, name));
}

LiveCall require_call(Transaction& tx, std::string_view name, std::string_view user_id) {
    lock_call(tx, name);
    return with_role(find_call(tx, name), user_id);
}

LiveCall require_call(mortise::Database& database, std::string_view name, std::string_view user_id) {
    return with_role(read_call(database.query(by_name, name)), user_id);
}

std::optional<LiveCall> find_call_by_id(Reader& reader, std::string_view id) {
    return read_call(reader.rows(by_id, id));
}

std::optional<LiveCall> find_call_of(Reader& reader, std::string_view user_id) {
    return read_call(reader.rows(by_person, user_id));
}

std::optional<LiveCall> find_call_of(mortise::Database& database, std::string_view user_id) {
    return read_call(database.query(by_person, user_id));
}

bool insert_call(Transaction& tx, const LiveCall& call) {
    const auto inserted = tx.execute(
        "INSERT INTO calls_live (id, kind, group_id, name, call_type, state, caller_id, receiver_id, "
        "caller_info, "
        "was_delivered, started_at) VALUES (?, 'direct', '', ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (kind, group_id, name) DO NOTHING",
        call.id, call.name, call.call_type, name_of(call.state), call.caller.user_id, call.receiver.user_id,
        call.caller_info, call.was_delivered, call.started_at);
    if (inserted == 0) return false;
    insert_seat(tx, call.caller);
    insert_seat(tx, call.receiver);
    return true;
}

void store_answer(Transaction& tx, const LiveCall& call) {
    tx.execute("UPDATE calls_live SET state = ?, answered_at = ?, was_delivered = ? WHERE id = ?",
               name_of(call.state), call.answered_at, true, call.id);
    store_device(tx, call.receiver);
}

void store_delivery(Transaction& tx, std::string_view id) {
    tx.execute("UPDATE calls_live SET was_delivered = ? WHERE id = ?", true, id);
}

void remove_call(Transaction& tx, std::string_view id) {
    tx.execute("DELETE FROM calls_seats WHERE call_id = ?", id);
    tx.execute("DELETE FROM calls_live WHERE id = ?", id);
}

}  // namespace calls
