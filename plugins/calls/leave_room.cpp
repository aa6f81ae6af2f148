// SPDX-License-Identifier: Apache-2.0
#include "leave_room.h"

#include <string>
#include <utility>

#include <mortise/id.h>

#include "call_log.h"
#include "live_call.h"

namespace calls {

using mortise::Socket;
using mortise::Transaction;

namespace {

constexpr std::string_view left_event = "groupcall:participant-left";

}  // namespace

mortise::Shape<RoomName> LeaveRoom::shape() {
    mortise::Shape<RoomName> shape;
    describe_call_id(shape.at(&RoomName::room_id));
    return shape;
}

Done LeaveRoom::leave(Socket& socket, const RoomName& wanted) const {
    const auto held = seats_.hold(socket, wanted.room_id);
    remove(held.room, held.user_id, false);
    return {};
}

void LeaveRoom::check(std::string_view id) const {
    const auto room = find_room_by_id(parts_.database, id);
    if (!room) return;
    for (const Seat& seat : room->seats)
        if (is_due(seat)) remove(*room, seat.user_id, true);
}

bool LeaveRoom::is_due(const Seat& seat) const {
    return seat.away_since && *seat.away_since + parts_.settings.grace <= parts_.clock.now();
}

void LeaveRoom::remove(const Room& known, std::string_view user_id, bool only_if_due) const {
    const auto left = parts_.database.write([&](Transaction& tx) -> std::optional<Room> {
        lock_room(tx, known.group_id, known.name);
        auto room = find_room_by_id(tx, known.id);
        const Seat* seat = room ? room->seat_of(user_id) : nullptr;
        if (seat == nullptr || (only_if_due && !is_due(*seat))) return std::nullopt;
        end(tx, *room, *seat, only_if_due);
        return room;
    });
    if (!left) return;
    parts_.figures.left(left->seats.size() == 1);
    seats_.forget_offers(*left, user_id);
    seats_.tell_others(*left, user_id, left_event, RoomPerson{left->name, std::string(user_id)});
}

void LeaveRoom::end(Transaction& tx, const Room& room, const Seat& seat, bool is_lost) const {
    remove_seat(tx, room.id, seat.user_id);
    remove_if_empty(tx, room.id);
    CallRecord record;
    record.id = mortise::new_id();
    record.call_id = room.name;
    record.kind = group_kind;
    record.call_type = room.call_type;
    record.direction = seat.user_id == room.caller_id ? outgoing : incoming;
    record.group_id = room.group_id;
    record.status = name_of(Outcome::answered);
    if (is_lost) record.reason = "Connection lost";
    record.started_at = seat.joined_at;
    record.answered_at = seat.joined_at;
    record.ended_at = seat.away_since.value_or(parts_.clock.now());
    record.duration = seconds_between(seat.joined_at, record.ended_at);
    log_call(tx, seat.user_id, record);
    // Their device may think that it is in the call, once it is connected again.
    notices_.leave_if_away(tx, seat, left_event, RoomPerson{room.name, seat.user_id});
}

}  // namespace calls
