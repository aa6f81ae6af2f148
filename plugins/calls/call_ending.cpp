// SPDX-License-Identifier: Apache-2.0
#include "call_ending.h"

#include "call_events.h"
#include "call_log.h"
#include "incoming.h"
#include "refusals.h"

namespace calls {

using mortise::Transaction;

namespace {

constexpr std::string_view ended_event = "call:ended";

// Nobody heard it ring: they are told when they connect.
bool is_missed_unheard(const CallEnd& end) {
    return !end.call.was_delivered && end.outcome != Outcome::answered;
}

Ended ended_of(const CallEnd& end) {
    const std::int64_t duration = end.call.answered_at ? seconds_between(*end.call.answered_at, end.at) : 0;
    return {end.call.name, end.reason, duration};
}

}  // namespace

CallEnd CallEnding::end(Transaction& tx, LiveCall call, Step step, Role who, std::string_view reason) const {
    const auto transition = next(call.state, step, who);
    if (!transition || transition->to != State::ended) refuse_step();
    const State from = call.state;
    CallEnd end{std::move(call),   step, who, from, transition->outcome, std::string(reason),
                parts_.clock.now()};
    remove_call(tx, end.call.id);
    log_call(tx, end.call, end.outcome, end.reason, end.at);
    leave_notices(tx, end);
    return end;
}

void CallEnding::leave_notices(Transaction& tx, const CallEnd& end) const {
    for (const Seat* seat : {&end.call.caller, &end.call.receiver})
        notices_.leave_if_away(tx, *seat, ended_event, ended_of(end));
    if (is_missed_unheard(end))
        notices_.leave_for(tx, end.call.receiver.user_id, "call:missed", missed_of(end.call));
}

void CallEnding::tell(const CallEnd& end, std::string_view device) const {
    parts_.figures.ended(end.from, end.outcome);  // whoever hears of the end may look at once
    const LiveCall& call = end.call;
    mortise::Audience caller = parts_.sockets.to_user(call.caller.user_id);
    mortise::Audience receiver = parts_.sockets.to_user(call.receiver.user_id);
    if (!device.empty()) receiver.except(device);
    switch (end.step) {
        case Step::ring_out:
            caller.emit("call:failed", Failed{call.name, end.reason, std::nullopt});
            if (!is_missed_unheard(end)) receiver.emit("call:missed", missed_of(call));
            break;
        case Step::reject:
            caller.emit("call:rejected", Rejected{call.name, end.reason, call.receiver.user_id});
            receiver.emit(ended_event, Ended{call.name, "Rejected elsewhere", 0});
            break;
        default:
            receiver.to_user(call.caller.user_id).emit(ended_event, ended_of(end));
    }
}

void CallEnding::check(std::string_view id, std::string_view name) const {
    const auto over = parts_.database.write([&](Transaction& tx) -> std::optional<CallEnd> {
        lock_call(tx, name);
        auto call = find_call(tx, name);
        if (!call || call->id != id) return std::nullopt;
        return end_if_due(tx, std::move(*call));
    });
    if (over) tell(*over);
}

std::optional<CallEnd> CallEnding::end_if_due(Transaction& tx, LiveCall call) const {
    const mortise::Time now = parts_.clock.now();
    if (call.state == State::ringing && call.started_at + parts_.settings.ring <= now) {
        const std::string_view reason = call.was_delivered ? "No answer" : "User is offline";
        return end(tx, std::move(call), Step::ring_out, Role::nobody, reason);
    }
    for (const Role who : {Role::caller, Role::receiver}) {
        const auto away_since = call.seat_of(who).away_since;
        if (away_since && *away_since + parts_.settings.grace <= now)
            return end(tx, std::move(call), Step::lose_connection, who, "Connection lost");
    }
    return std::nullopt;
}

}  // namespace calls
