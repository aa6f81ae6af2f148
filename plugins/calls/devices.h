// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <mortise/shape.h>
#include <mortise/socket.h>

#include "call_events.h"
#include "live_call.h"
#include "negotiation.h"
#include "parts.h"

namespace calls {

/// Which device holds a seat in a direct call, as sockets come and go. The device that was in the call comes
/// back by itself; another one of the same person when it asks or acts.
class Devices {
public:
    Devices(const Parts& parts, const Negotiation& negotiation) : parts_(parts), negotiation_(negotiation) {}

    static mortise::Shape<CallName> shape();

    /// The call as this device, which acts in it, may see it, and its role there. The seat is this device's
    /// afterwards if nobody held it any more; refused while another device holds it.
    struct Held {
        LiveCall call;
        Role role;
        const Seat& own() const { return call.seat_of(role); }
        const Seat& other() const { return call.other_than(role); }
    };
    Held hold(mortise::Socket& socket, std::string_view name) const;
    /// Likewise, but while it rings every device of the receiver may act, and none of them holds the seat.
    Held take_part(mortise::Socket& socket, std::string_view name) const;

    /// A socket connected, and its person has this call: rings, or gives the device its seat back.
    void connected(mortise::Socket& socket, LiveCall call) const;
    /// A device that held a seat is gone.
    void away(const LiveCall& call, const Seat& seat) const;

    /// A device is there for this person from now on.
    void back(const LiveCall& call, Role role) const;

    /// call:resume.
    Resumed resume(mortise::Socket& socket, const CallName& wanted) const;

    /// The other one's devices: the one in the call, or all of them while it rings there.
    mortise::Audience other_side(const Held& held) const;

private:
    bool take(mortise::Socket& socket, LiveCall& call, Role role, bool has_asked) const;
    Resumed resumed(const LiveCall& call, Role role) const;

    const Parts& parts_;
    const Negotiation& negotiation_;
};

}  // namespace calls
