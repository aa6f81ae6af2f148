// SPDX-License-Identifier: Apache-2.0
#include "room_seats.h"

#include <utility>

#include <mortise/services/identity.h>

#include "refusals.h"

namespace calls {

using mortise::Reader;
using mortise::Socket;
using mortise::Transaction;

RoomSeats::Held RoomSeats::hold(Socket& socket, std::string_view name) const {
    return hold(socket, find_room_of(parts_.database, name, socket.signed_in()->id));
}

RoomSeats::Held RoomSeats::hold_with(Socket& socket, std::string_view name, std::string_view other_id) const {
    return hold(socket, find_room_of(parts_.database, name, socket.signed_in()->id, other_id));
}

RoomSeats::Held RoomSeats::hold(Socket& socket, std::optional<Room> room) const {
    const auto user = socket.signed_in();
    if (!room) refuse_outsider();
    const Seat* seat = room->seat_of(user->id);
    if (!seat->is_held_by(socket) && (!seat->is_away() || !take(socket, *room))) refuse_other_device();
    return {std::move(*room), user->id};
}

std::optional<mortise::Audience> RoomSeats::others(const Room& room, std::string_view user_id) const {
    std::optional<mortise::Audience> devices;
    for (const Seat& seat : room.seats) {
        if (seat.user_id == user_id || !seat.is_held()) continue;
        if (devices)
            devices->to_room(seat.socket_id);
        else
            devices = parts_.sockets.to_socket(seat.socket_id);
    }
    return devices;
}

void RoomSeats::connected(Socket& socket) const {
    const auto user = socket.signed_in();
    auto rooms = rooms_of(parts_.database, user->id);
    for (Room& room : rooms) {
        const Seat& seat = *room.seat_of(user->id);
        if (!seat.is_away() || seat.session_id != user->session_id || !take(socket, room)) continue;
        socket.emit("groupcall:resume",
                    parts_.database.read([&](Reader& reader) { return joined(reader, room, user->id); }));
    }
}

// False when another device was faster, or they are in the call no more.
bool RoomSeats::take(Socket& socket, Room& room) const {
    const auto user = socket.signed_in();
    const bool is_taken = parts_.database.write([&](Transaction& tx) {
        lock_room(tx, room.group_id, room.name);
        auto present = find_room_by_id(tx, room.id);
        Seat* seat = present ? present->seat_of(user->id) : nullptr;
        if (seat == nullptr || !seat->is_away()) return false;
        parts_.put(*seat, socket);
        store_device(tx, *seat);
        room = std::move(*present);
        return true;
    });
    if (is_taken) back(room, user->id);
    return is_taken;
}

void RoomSeats::away(const Room& room, const Seat& seat) const {
    forget_offers(room, seat.user_id);
    // Their other devices too: one of them may go on.
    auto devices = parts_.sockets.to_user(seat.user_id);
    for (const Seat& other : room.seats)
        if (other.is_held()) devices.to_room(other.socket_id);
    devices.emit("groupcall:participant-away",
                 ParticipantAway{room.name, seat.user_id, *seat.away_since + parts_.settings.grace});
}

void RoomSeats::back(const Room& room, std::string_view user_id) const {
    forget_offers(room, user_id);
    tell_others(room, user_id, "groupcall:participant-back", RoomPerson{room.name, std::string(user_id)});
}

void RoomSeats::forget_offers(const Room& room, std::string_view user_id) const {
    for (const Seat& seat : room.seats)
        if (seat.user_id != user_id) negotiation_.forget(room.id, user_id, seat.user_id);
}

Joined RoomSeats::joined(Reader& reader, const Room& room, std::string_view user_id) {
    Joined joined;
    joined.room_id = room.name;
    joined.group_id = room.group_id;
    joined.call_type = room.call_type;
    for (const mortise::Row& row :
         reader.query("SELECT user_id, info, tracks, screen_track, away_since, joined_at FROM calls_seats "
                      "WHERE call_id = ? AND user_id <> ? ORDER BY joined_at, user_id",
                      room.id, user_id)) {
        Participant& participant = joined.participants.emplace_back();
        participant.user_id = row.text(0);
        participant.user_info = mortise::parse_json(row.text(1));
        participant.tracks = mortise::parse_json(row.text(2));
        participant.screen_track = row.get<std::optional<std::string>>(3);
        participant.is_away = !row.is_null(4);
        participant.joined_at = row.time(5);
    }
    joined.room_state = {static_cast<std::int64_t>(joined.participants.size()) + 1, room.call_type,
                         room.started_at};
    return joined;
}

}  // namespace calls
