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
        parts_.host.work(
            [this, node = std::string(node), since = parts_.clock.now() - mortise::Nodes::lost_after] {
                node_lost(node, since);
            });
    });
    for (const mortise::Row& row :
         parts_.database.query("SELECT DISTINCT node_id FROM calls_seats WHERE node_id <> ''"))
        if (!nodes.is_alive(row.text(0))) node_lost(row.text(0), parts_.clock.now());
}

void Comings::connected(Socket& socket) const {
    if (!socket.user()) return;
    empty_seats();
    try {
        come(socket);
    } catch (const mortise::Error& error) {
        parts_.host.log().warn("a device that connected was not told of its calls",
                               {{"fault", error.what()}});
    }
}

void Comings::disconnected(Socket& socket, std::string_view) const {
    parts_.seated.gone(socket.id());
    empty_seats();
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

// With the database away a seat learns with the next socket that comes or goes that its own is gone.
void Comings::empty_seats() const {
    for (std::string& socket_id : parts_.seated.take_gone()) {
        try {
            leave_empty(
                parts_.database.read([&](Reader& reader) { return seats_of_socket(reader, socket_id); }),
                parts_.clock.now());
        } catch (const mortise::Error& error) {
            parts_.host.log().error("a call does not know yet that a device is gone",
                                    {{"fault", error.what()}});
            parts_.seated.again(std::move(socket_id));
        }
    }
}

void Comings::node_lost(std::string_view node, mortise::Time since) const {
    const auto seats = parts_.database.read([&](Reader& reader) { return seats_of_node(reader, node); });
    if (node != parts_.host.nodes().self()) return leave_empty(seats, since);
    // The others took us for lost and emptied our seats: who is still here keeps theirs.
    for (const Seat& seat : seats)
        if (seat.is_away() && !parts_.sockets.to_socket(seat.socket_id).fetch().empty()) sit_again(seat);
}

void Comings::sit_again(const Seat& seat) const {
    const Found found = parts_.database.write(
        [&](Transaction& tx) { return store_return(tx, seat) ? find(tx, seat) : Found{}; });
    if (found.call) devices_.back(*found.call, found.call->role_of(seat.user_id));
    if (found.room) room_seats_.back(*found.room, seat.user_id);
}

Comings::Found Comings::find(mortise::Reader& reader, const Seat& seat) {
    Found found;
    found.call = find_call_by_id(reader, seat.call_id);
    if (!found.call) found.room = find_room_by_id(reader, seat.call_id);
    return found;
}

void Comings::leave_empty(const std::vector<Seat>& seats, mortise::Time since) const {
    for (const Seat& seat : seats) leave_empty(seat, since);
}

void Comings::leave_empty(const Seat& seat, mortise::Time since) const {
    const Found found = parts_.database.write([&](Transaction& tx) {
        if (!store_absence(tx, seat, since)) return Found{};
        Found found = find(tx, seat);
        deadlines_.look_at(tx, seat.call_id, found.call ? found.call->name : "",
                           since + parts_.settings.grace);
        return found;
    });
    if (found.call) devices_.away(*found.call, found.call->seat_of(found.call->role_of(seat.user_id)));
    if (found.room) room_seats_.away(*found.room, *found.room->seat_of(seat.user_id));
}

}  // namespace calls
