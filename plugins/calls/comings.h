// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <mortise/socket.h>
#include <mortise/subscription.h>

#include "deadlines.h"
#include "devices.h"
#include "notices.h"
#include "parts.h"
#include "room_seats.h"

namespace calls {

/// Sockets that come and go, and nodes that are lost: what it means for the seats they held.
class Comings {
public:
    Comings(const Parts& parts, const Devices& devices, const RoomSeats& room_seats, const Notices& notices,
            const Deadlines& deadlines)
        : parts_(parts),
          devices_(devices),
          room_seats_(room_seats),
          notices_(notices),
          deadlines_(deadlines) {}

    /// From ready() on: seats that a process left behind are away from now on.
    void start();
    void stop() { lost_nodes_ = {}; }

    /// Neither refuses anybody: what fails is logged, and costs a call, not a connection.
    void connected(mortise::Socket& socket) const;
    void disconnected(mortise::Socket& socket, std::string_view reason) const;

private:
    void come(mortise::Socket& socket) const;
    void empty_seats() const;
    void node_lost(std::string_view node, mortise::Time since) const;
    /// Of these seats those that are still held by the same device are away.
    void leave_empty(const std::vector<Seat>& seats, mortise::Time since) const;
    void leave_empty(const Seat& seat, mortise::Time since) const;
    void sit_again(const Seat& seat) const;

    /// What a seat belongs to: one of the two, or neither when it is over.
    struct Found {
        std::optional<LiveCall> call;
        std::optional<Room> room;
    };
    static Found find(mortise::Reader& reader, const Seat& seat);

    const Parts& parts_;
    const Devices& devices_;
    const RoomSeats& room_seats_;
    const Notices& notices_;
    const Deadlines& deadlines_;
    mortise::Subscription lost_nodes_;
};

}  // namespace calls
