// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include <mortise/shape.h>
#include <mortise/socket.h>

#include "call_events.h"
#include "group_events.h"
#include "notices.h"
#include "parts.h"
#include "room.h"
#include "room_seats.h"

namespace calls {

/// The way out of a group call: into the history of whoever goes, and told to those who stay. The room goes
/// with the last of them. Every way to leave one leads through here.
class LeaveRoom {
public:
    LeaveRoom(const Parts& parts, const RoomSeats& seats, const Notices& notices)
        : parts_(parts), seats_(seats), notices_(notices) {}

    static mortise::Shape<RoomName> shape();

    /// groupcall:leave.
    Done leave(mortise::Socket& socket, const RoomName& wanted) const;
    /// Those who did not come back in time have left.
    void check(std::string_view id) const;

private:
    bool is_due(const Seat& seat) const;
    void remove(const Room& known, std::string_view user_id, bool only_if_due) const;
    void end(mortise::Transaction& tx, const Room& room, const Seat& seat, bool is_lost) const;

    const Parts& parts_;
    const RoomSeats& seats_;
    const Notices& notices_;
};

}  // namespace calls
