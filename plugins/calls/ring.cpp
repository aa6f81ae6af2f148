// SPDX-License-Identifier: Apache-2.0
#include "ring.h"

#include <algorithm>
#include <array>
#include <utility>

#include <mortise/id.h>
#include <mortise/services/identity.h>

#include "call_log.h"
#include "incoming.h"
#include "refusals.h"

namespace calls {

using mortise::Socket;
using mortise::Transaction;

namespace {

// Two people are locked in one order, whoever calls: so that of two calls at once one is first.
void lock_people(Transaction& tx, const LiveCall& call) {
    std::array people{call.caller.user_id, call.receiver.user_id};
    std::sort(people.begin(), people.end());
    for (const std::string& person : people) lock_person(tx, person);
}

std::string reason_or(const std::optional<std::string>& reason, std::string_view otherwise) {
    return reason && !reason->empty() ? *reason : std::string(otherwise);
}

}  // namespace

mortise::Shape<NewCall> Ring::new_call_shape() {
    mortise::Shape<NewCall> shape;
    describe_call_id(shape.at(&NewCall::call_id));
    shape.at(&NewCall::receiver_id).length(1, 128);
    shape.at(&NewCall::call_type).one_of({std::string(audio), std::string(video)});
    shape.at(&NewCall::caller_info).about("An object, shown where it rings.");
    return shape;
}

mortise::Shape<Pickup> Ring::pickup_shape() {
    mortise::Shape<Pickup> shape;
    describe_call_id(shape.at(&Pickup::call_id));
    return shape;
}

mortise::Shape<Ending> Ring::ending_shape() {
    mortise::Shape<Ending> shape;
    describe_call_id(shape.at(&Ending::call_id));
    shape.at(&Ending::reason).length(0, 200);
    return shape;
}

mortise::Shape<MuteState> Ring::mute_shape() {
    mortise::Shape<MuteState> shape;
    describe_call_id(shape.at(&MuteState::call_id));
    return shape;
}

Initiated Ring::initiate(Socket& socket, const NewCall& wanted) const {
    const LiveCall call = prepare(socket, wanted);
    const mortise::Audience receiver = parts_.sockets.to_user(call.receiver.user_id);
    const mortise::Time ring_ends_at = call.started_at + parts_.settings.ring;
    const bool rings = parts_.database.write([&](Transaction& tx) {
        lock_people(tx, call);
        if (!settle(tx, call)) return false;
        deadlines_.look_at(tx, call.id, call.name, ring_ends_at);
        return true;
    });
    if (!rings) tell_busy(call);
    parts_.figures.began(call.call_type);
    socket.emit("call:ringing", Ringing{call.name, call.receiver.user_id, ring_ends_at});
    receiver.emit("call:incoming", incoming_of(parts_, call));
    return {true, call.name, call.receiver.user_id, call.was_delivered, ring_ends_at};
}

LiveCall Ring::prepare(const Socket& socket, const NewCall& wanted) const {
    const auto user = socket.signed_in();
    require_reachable(user->id, wanted.receiver_id);
    LiveCall call;
    call.id = mortise::new_id();
    call.name = wanted.call_id.value_or(call.id);
    call.call_type = wanted.call_type;
    call.caller_info = shown_info(parts_, user->id, wanted.caller_info.value_or(nullptr), "/callerInfo");
    call.was_delivered = !parts_.sockets.to_user(wanted.receiver_id).fetch().empty();
    call.started_at = parts_.clock.now();
    call.caller.call_id = call.receiver.call_id = call.id;
    call.caller.user_id = user->id;
    parts_.put(call.caller, socket);
    call.receiver.user_id = wanted.receiver_id;
    call.caller.joined_at = call.receiver.joined_at = call.started_at;
    return call;
}

void Ring::require_reachable(std::string_view caller, const std::string& receiver) const {
    if (caller == receiver) refuse_value("/receiverId", "own_id", "Must be somebody else.");
    if (parts_.people != nullptr && !parts_.people->find(receiver))
        refuse_value("/receiverId", "unknown_person", "There is nobody with this id.");
    if (parts_.groups != nullptr && parts_.groups->is_blocked(receiver, caller))
        throw mortise::Error(mortise::Code::forbidden, "Blocked").named("blocked");
}

// Stores the call. False when the receiver is in another one: then it is in both histories already.
bool Ring::settle(Transaction& tx, const LiveCall& call) const {
    if (const auto own = find_call_of(tx, call.caller.user_id)) {
        const bool calls_back = own->state == State::ringing && own->caller.user_id == call.receiver.user_id;
        if (calls_back) throw Glare(own->name);
        refuse_conflict("in_a_call", "You are already in a call");
    }
    if (!seats_of_person(tx, call.receiver.user_id).empty()) {
        log_call(tx, call, Outcome::missed, "busy", call.started_at);
        return false;
    }
    if (!insert_call(tx, call)) refuse_conflict("call_id_in_use", "Call id is in use");
    return true;
}

void Ring::tell_busy(const LiveCall& call) const {
    parts_.figures.busy();
    parts_.sockets.to_user(call.receiver.user_id).emit("call:missed", missed_of(call));
    refuse_conflict("busy", "User is busy");
}

Done Ring::answer(Socket& socket, const Pickup& pickup) const {
    const auto user = socket.signed_in();
    const auto signal = parts_.signal(Answered{pickup.call_id, user->id, pickup.answer.value_or(nullptr)});
    const LiveCall call = parts_.database.write([&](Transaction& tx) {
        LiveCall call = require_call(tx, pickup.call_id, user->id);
        const auto transition = next(call.state, Step::answer, call.role_of(user->id));
        if (!transition) call.state == State::answered ? refuse_other_device() : refuse_step();
        call.state = transition->to;
        call.answered_at = parts_.clock.now();
        parts_.put(call.receiver, socket);
        store_answer(tx, call);
        return call;
    });
    parts_.figures.answered();
    if (call.caller.is_held())
        parts_.send(parts_.sockets.to_socket(call.caller.socket_id), "call:answered", signal);
    parts_.sockets.to_user(user->id)
        .except(socket.id())
        .emit("call:ended", Ended{call.name, "Answered elsewhere", 0});
    return {};
}

Done Ring::reject(Socket& socket, const Ending& ending) const {
    const auto held = devices_.take_part(socket, ending.call_id);
    return finish(socket, held.call, Step::reject, held.role, reason_or(ending.reason, "Rejected"));
}

Done Ring::end(Socket& socket, const Ending& ending) const {
    const auto held = devices_.take_part(socket, ending.call_id);
    const std::string_view otherwise = held.call.state == State::ringing ? "Cancelled" : "Hung up";
    return finish(socket, held.call, Step::hang_up, held.role, reason_or(ending.reason, otherwise));
}

Done Ring::finish(Socket& socket, const LiveCall& call, Step step, Role who, std::string_view reason) const {
    const CallEnd end = parts_.database.write([&](Transaction& tx) {
        return ending_.end(tx, require_call(tx, call.name, call.seat_of(who).user_id), step, who, reason);
    });
    ending_.tell(end, socket.id());
    return {};
}

Done Ring::mute(Socket& socket, const MuteState& state) const {
    auto held = devices_.hold(socket, state.call_id);
    Seat seat = held.own();
    seat.is_muted = state.is_muted;
    parts_.database.write([&](Transaction& tx) { store_mute(tx, seat); });
    if (!held.other().is_away())
        devices_.other_side(held).emit("call:mute-status",
                                       MuteNews{held.call.name, seat.user_id, state.is_muted});
    return {};
}

}  // namespace calls
