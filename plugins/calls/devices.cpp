// SPDX-License-Identifier: Apache-2.0
#include "devices.h"

#include <mortise/services/identity.h>

#include "incoming.h"
#include "refusals.h"

namespace calls {

using mortise::Socket;
using mortise::Transaction;

namespace {

// Whether a device may take this place in a call. One that asks for it may take it from its own session's
// socket: whose loss the server learns late, after the same client has connected anew.
bool may_take(const Seat& seat, const mortise::User& user, bool has_asked) {
    const bool is_same_session = !user.session_id.empty() && seat.session_id == user.session_id;
    return seat.is_away() || (has_asked && seat.is_held() && is_same_session);
}

bool rings_here(const LiveCall& call, Role role) {
    return call.state == State::ringing && role == Role::receiver;
}

}  // namespace

mortise::Shape<CallName> Devices::shape() {
    mortise::Shape<CallName> shape;
    describe_call_id(shape.at(&CallName::call_id));
    return shape;
}

Devices::Held Devices::hold(Socket& socket, std::string_view name) const {
    Held held = take_part(socket, name);
    if (rings_here(held.call, held.role)) refuse_step();
    return held;
}

Devices::Held Devices::take_part(Socket& socket, std::string_view name) const {
    const auto user = socket.signed_in();
    LiveCall call = require_call(parts_.database, name, user->id);
    const Role role = call.role_of(user->id);
    const Seat& seat = call.seat_of(role);
    if (rings_here(call, role) || seat.is_held_by(socket)) return {std::move(call), role};
    if (!take(socket, call, role, false)) refuse_other_device();
    return {std::move(call), role};
}

void Devices::connected(Socket& socket, LiveCall call) const {
    const auto user = socket.signed_in();
    const Role role = call.role_of(user->id);
    if (rings_here(call, role)) {
        if (!call.was_delivered) parts_.database.write([&](Transaction& tx) { store_delivery(tx, call.id); });
        socket.emit("call:incoming", incoming_of(parts_, call));
        return;
    }
    const Seat& seat = call.seat_of(role);
    if (seat.session_id != user->session_id) return;
    if (take(socket, call, role, false)) socket.emit("call:resume", resumed(call, role));
}

Resumed Devices::resume(Socket& socket, const CallName& wanted) const {
    const auto user = socket.signed_in();
    LiveCall call = require_call(parts_.database, wanted.call_id, user->id);
    const Role role = call.role_of(user->id);
    if (rings_here(call, role)) refuse_step();
    if (!call.seat_of(role).is_held_by(socket) && !take(socket, call, role, true)) refuse_other_device();
    return resumed(call, role);
}

// False when another device has it, or the call is over.
bool Devices::take(Socket& socket, LiveCall& call, Role role, bool has_asked) const {
    const auto user = socket.signed_in();
    if (!may_take(call.seat_of(role), *user, has_asked)) return false;
    const bool taken = parts_.database.write([&](Transaction& tx) {
        lock_call(tx, call.name);
        auto present = find_call(tx, call.name);
        if (!present || present->id != call.id || !may_take(present->seat_of(role), *user, has_asked))
            return false;
        Seat& seat = present->seat_of(role);
        parts_.put(seat, socket);
        store_device(tx, seat);
        call = std::move(*present);
        return true;
    });
    if (taken) back(call, role);
    return taken;
}

void Devices::back(const LiveCall& call, Role role) const {
    const Seat& own = call.seat_of(role);
    const Seat& other = call.other_than(role);
    negotiation_.forget(call.id, own.user_id, other.user_id);
    if (other.is_held())
        parts_.sockets.to_socket(other.socket_id).emit("call:peer-back", PeerBack{call.name, own.user_id});
}

void Devices::away(const LiveCall& call, const Seat& seat) const {
    const Seat& other = call.other_than(call.role_of(seat.user_id));
    negotiation_.forget(call.id, seat.user_id, other.user_id);
    auto devices = parts_.sockets.to_user(seat.user_id);  // one of them may go on
    if (other.is_held()) devices.to_room(other.socket_id);
    devices.emit("call:peer-away",
                 PeerAway{call.name, seat.user_id, *seat.away_since + parts_.settings.grace});
}

mortise::Audience Devices::other_side(const Held& held) const {
    const Seat& other = held.other();
    if (rings_here(held.call, held.call.role_of(other.user_id))) return parts_.sockets.to_user(other.user_id);
    if (!other.is_held()) refuse_conflict("peer_away", "The other side is not connected");
    return parts_.sockets.to_socket(other.socket_id);
}

Resumed Devices::resumed(const LiveCall& call, Role role) const {
    const Seat& own = call.seat_of(role);
    const Seat& other = call.other_than(role);
    Resumed resumed;
    resumed.call_id = call.name;
    resumed.call_type = call.call_type;
    resumed.state = name_of(call.state);
    resumed.role = role == Role::caller ? "caller" : "receiver";
    resumed.peer_id = other.user_id;
    resumed.caller_info = mortise::parse_json(call.caller_info);
    resumed.started_at = call.started_at;
    resumed.answered_at = call.answered_at;
    resumed.is_muted = own.is_muted;
    resumed.peer_is_muted = other.is_muted;
    resumed.is_peer_away = other.is_away();
    return resumed;
}

}  // namespace calls
