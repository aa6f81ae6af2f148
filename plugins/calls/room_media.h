// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/shape.h>
#include <mortise/socket.h>

#include "call_events.h"
#include "group_events.h"
#include "parts.h"
#include "room_seats.h"

namespace calls {

/// What somebody sends in a group call: kept with their seat for those who come later, told to those who are
/// there.
class RoomMedia {
public:
    RoomMedia(const Parts& parts, const RoomSeats& seats) : parts_(parts), seats_(seats) {}

    static mortise::Shape<Tracks> tracks_shape();
    static mortise::Shape<Screen> screen_shape();

    Done update_tracks(mortise::Socket& socket, const Tracks& wanted) const;
    Done start_screen(mortise::Socket& socket, const Screen& screen) const;
    Done stop_screen(mortise::Socket& socket, const RoomName& wanted) const;

private:
    void store_screen(const Seat& seat, std::optional<std::string_view> track) const;

    const Parts& parts_;
    const RoomSeats& seats_;
};

}  // namespace calls
