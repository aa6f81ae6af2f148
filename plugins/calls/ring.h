// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <mortise/shape.h>
#include <mortise/socket.h>

#include "call_ending.h"
#include "call_events.h"
#include "deadlines.h"
#include "devices.h"
#include "parts.h"

namespace calls {

/// Calling somebody, and what the two do about it.
class Ring {
public:
    Ring(const Parts& parts, const Devices& devices, const CallEnding& ending, const Deadlines& deadlines)
        : parts_(parts), devices_(devices), ending_(ending), deadlines_(deadlines) {}

    static mortise::Shape<NewCall> new_call_shape();
    static mortise::Shape<Pickup> pickup_shape();
    static mortise::Shape<Ending> ending_shape();
    static mortise::Shape<MuteState> mute_shape();

    Initiated initiate(mortise::Socket& socket, const NewCall& wanted) const;
    Done answer(mortise::Socket& socket, const Pickup& pickup) const;
    Done reject(mortise::Socket& socket, const Ending& ending) const;
    Done end(mortise::Socket& socket, const Ending& ending) const;
    Done mute(mortise::Socket& socket, const MuteState& state) const;

private:
    void require_reachable(std::string_view caller, const std::string& receiver) const;
    LiveCall prepare(const mortise::Socket& socket, const NewCall& wanted) const;
    bool settle(mortise::Transaction& tx, const LiveCall& call) const;
    [[noreturn]] void tell_busy(const LiveCall& call) const;
    Done finish(mortise::Socket& socket, const LiveCall& call, Step step, Role who,
                std::string_view reason) const;

    const Parts& parts_;
    const Devices& devices_;
    const CallEnding& ending_;
    const Deadlines& deadlines_;
};

}  // namespace calls
