// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <mortise/shape.h>
#include <mortise/socket.h>

#include "group_events.h"
#include "parts.h"
#include "room.h"
#include "room_seats.h"

namespace calls {

/// Entering a group call; the first one to enter begins it, and the group's members are invited.
class JoinRoom {
public:
    JoinRoom(const Parts& parts, const RoomSeats& seats) : parts_(parts), seats_(seats) {}

    static mortise::Shape<Entry> shape();

    /// groupcall:join. Who is in the call already moves there with this device.
    Joined join(mortise::Socket& socket, const Entry& entry) const;

private:
    struct Entered {
        Room room;
        Joined joined;
        bool is_new_room = false;
        bool is_new_seat = false;
        std::string left_device;  // that held the seat until now; empty: none
        bool has_moved = false;   // the seat was there, and another device held it
    };

    mortise::Group require_member(const std::string& group_id, std::string_view user_id) const;
    Appearance appearance_of(std::string_view user_id, const Entry& entry) const;
    Entered enter(mortise::Transaction& tx, const mortise::Socket& socket, const Entry& entry,
                  const Appearance& appearance) const;
    void require_room_for(mortise::Transaction& tx, const Room& room, std::string_view user_id) const;
    void tell(const Entered& entered, const std::string& user_id, const Appearance& appearance) const;
    void invite(const Room& room, const mortise::Group& group, const Appearance& appearance) const;

    const Parts& parts_;
    const RoomSeats& seats_;
};

}  // namespace calls
