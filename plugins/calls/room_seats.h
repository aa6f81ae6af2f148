// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <mortise/socket.h>

#include "group_events.h"
#include "negotiation.h"
#include "parts.h"
#include "room.h"

namespace calls {

/// Which device holds a seat in a group call, as sockets come and go. The device that was in the call comes
/// back by itself; another one of the same person when it joins again or acts while the seat is empty.
class RoomSeats {
public:
    RoomSeats(const Parts& parts, const Negotiation& negotiation)
        : parts_(parts), negotiation_(negotiation) {}

    /// The room as this device, which acts in it, may see it. The seat is this device's afterwards if nobody
    /// held it any more; refused for who is not in the call, and while another device holds the seat.
    struct Held {
        Room room;
        std::string user_id;
        const Seat& own() const { return *room.seat_of(user_id); }
    };
    Held hold(mortise::Socket& socket, std::string_view name) const;
    /// The same where nobody but `other_id` matters: the seats of the rest are not there.
    Held hold_with(mortise::Socket& socket, std::string_view name, std::string_view other_id) const;

    /// The devices in the call but for this person's; empty when there are none.
    std::optional<mortise::Audience> others(const Room& room, std::string_view user_id) const;
    template <class Payload>
    void tell_others(const Room& room, std::string_view user_id, std::string_view event,
                     const Payload& payload) const {
        if (const auto devices = others(room, user_id)) devices->emit(event, payload);
    }

    /// A socket connected: gives the device its seats back.
    void connected(mortise::Socket& socket) const;
    /// A device that held a seat is gone.
    void away(const Room& room, const Seat& seat) const;
    /// Another device is there for this person from now on: what was offered before is void.
    void back(const Room& room, std::string_view user_id) const;
    void forget_offers(const Room& room, std::string_view user_id) const;

    /// What somebody who enters sees.
    static Joined joined(mortise::Reader& reader, const Room& room, std::string_view user_id);

private:
    Held hold(mortise::Socket& socket, std::optional<Room> room) const;
    bool take(mortise::Socket& socket, Room& room) const;

    const Parts& parts_;
    const Negotiation& negotiation_;
};

}  // namespace calls
