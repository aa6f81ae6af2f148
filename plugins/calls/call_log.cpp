// SPDX-License-Identifier: Apache-2.0
#include "call_log.h"

#include <algorithm>

#include <mortise/id.h>

#include "live_call.h"

namespace calls {

using mortise::Transaction;

std::int64_t seconds_between(mortise::Time begin, mortise::Time end) {
    return std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(end - begin).count());
}

void log_call(Transaction& tx, std::string_view user_id, const CallRecord& record) {
    tx.execute(
        "INSERT INTO calls_log (id, user_id, call_id, kind, call_type, direction, peer_id, group_id, status, "
        "reason, "
        "started_at, answered_at, ended_at, duration) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        record.id, user_id, record.call_id, record.kind, record.call_type, record.direction, record.peer_id,
        record.group_id, record.status, record.reason, record.started_at, record.answered_at, record.ended_at,
        record.duration);
}

void log_call(Transaction& tx, const LiveCall& call, Outcome outcome, std::string_view reason,
              mortise::Time now) {
    CallRecord record;
    record.call_id = call.name;
    record.kind = direct_kind;
    record.call_type = call.call_type;
    record.status = name_of(outcome);
    if (!reason.empty()) record.reason = reason;
    record.started_at = call.started_at;
    record.answered_at = call.answered_at;
    record.ended_at = now;
    if (call.answered_at) record.duration = seconds_between(*call.answered_at, now);

    record.id = mortise::new_id();
    record.direction = outgoing;
    record.peer_id = call.receiver.user_id;
    log_call(tx, call.caller.user_id, record);
    record.id = mortise::new_id();
    record.direction = incoming;
    record.peer_id = call.caller.user_id;
    log_call(tx, call.receiver.user_id, record);
}

}  // namespace calls
