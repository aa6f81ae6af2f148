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
    const auto call = find_call_of(parts_.database, user->id);
    if (call) devices_.connected(socket, *call);
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
    for (Seat seat : seats) {
        const auto call = parts_.database.write([&](Transaction& tx) -> std::optional<LiveCall> {
            const mortise::Time now = parts_.clock.now();
            if (!store_absence(tx, seat, now)) return std::nullopt;
            auto call = find_call_by_id(tx, seat.call_id);
            deadlines_.look_at(tx, seat.call_id, call ? call->name : "", now + parts_.settings.grace);
            return call;
        });
        if (call) devices_.away(*call, call->seat_of(call->role_of(seat.user_id)));
    }
}

}  // namespace calls
