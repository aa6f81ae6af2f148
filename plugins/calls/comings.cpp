// SPDX-License-Identifier: Apache-2.0
#include "comings.h"

#include <set>
#include <string>

#include <mortise/error.h>
#include <mortise/services/identity.h>
#include <mortise/services/nodes.h>

namespace calls {

using mortise::Reader;
using mortise::Socket;
using mortise::Transaction;

void Comings::start() {
    mortise::Nodes& nodes = parts_.host.nodes();
    lost_nodes_ = nodes.on_lost([this](std::string_view node) {
        parts_.host.work([this, node = std::string(node)] { node_lost(node); });
    });
    for (const mortise::Row& row :
         parts_.database.query("SELECT DISTINCT node_id FROM calls_seats WHERE node_id <> ''"))
        if (!nodes.is_alive(row.text(0))) node_lost(row.text(0));
}

void Comings::connected(Socket& socket) const {
    if (!socket.user()) return;
    try {
        come(socket);
    } catch (const mortise::Error& error) {
        parts_.host.log().warn("a device that connected was not told of its calls",
                               {{"fault", error.what()}});
    }
}

void Comings::disconnected(Socket& socket, std::string_view) const {
    try {
        go(socket);
    } catch (const mortise::Error& error) {
        parts_.host.log().error("a call does not know that a device is gone", {{"fault", error.what()}});
    }
}

void Comings::come(Socket& socket) const {
    const auto user = socket.signed_in();
    if (parts_.settings.single_session) {
        const auto older = parts_.sockets.to_user(user->id).except(socket.id());
        older.emit("connection:replaced", mortise::JsonObject{{"reason", "Connected elsewhere"}});
        older.disconnect(true);
    }
    notices_.tell(socket);
    const auto kinds = parts_.database.query(
        "SELECT DISTINCT c.kind FROM calls_seats s JOIN calls_live c ON c.id = s.call_id WHERE s.user_id = ?",
        user->id);
    for (const mortise::Row& row : kinds) {
        if (row.text(0) == group_kind)
            room_seats_.connected(socket);
        else if (const auto call = find_call_of(parts_.database, user->id))
            devices_.connected(socket, *call);
    }
}

void Comings::go(Socket& socket) const {
    if (!parts_.seated.remove(socket.id())) return;
    leave_empty(parts_.database.read([&](Reader& reader) { return seats_of_socket(reader, socket.id()); }));
}

void Comings::node_lost(std::string_view node) const {
    const auto seats = parts_.database.read([&](Reader& reader) { return seats_of_node(reader, node); });
    if (node != parts_.host.nodes().self()) return leave_empty(seats);
    // The others took us for lost and emptied our seats: who is still here keeps theirs.
    for (const Seat& seat : seats)
        if (seat.is_away() && !parts_.sockets.to_socket(seat.socket_id).fetch().empty())
            parts_.database.write([&](Transaction& tx) { store_device(tx, seat); });
}

void Comings::leave_empty(const std::vector<Seat>& seats) const {
    for (const Seat& seat : seats) leave_empty(seat);
}

void Comings::leave_empty(const Seat& seat) const {
    struct Left {
        std::optional<LiveCall> call;  // of two people
        std::optional<Room> room;      // of a group
    };
    const Left left = parts_.database.write([&](Transaction& tx) {
        Left left;
        const mortise::Time now = parts_.clock.now();
        if (!store_absence(tx, seat, now)) return left;
        left.call = find_call_by_id(tx, seat.call_id);
        if (!left.call) left.room = find_room_by_id(tx, seat.call_id);
        deadlines_.look_at(tx, seat.call_id, left.call ? left.call->name : "", now + parts_.settings.grace);
        return left;
    });
    if (left.call) devices_.away(*left.call, left.call->seat_of(left.call->role_of(seat.user_id)));
    if (left.room) room_seats_.away(*left.room, *left.room->seat_of(seat.user_id));
}

}  // namespace calls
