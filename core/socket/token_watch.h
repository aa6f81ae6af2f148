// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/services/clock.h>
#include <mortise/services/identity.h>

#include "net/timer_wheel.h"

namespace mortise::socket {

class ClientSocket;

/// Sees to it that nobody stays signed in longer than the token says: `auth:expiring` some time before, and
/// the end of the connection when no `auth:refresh` came. Belongs to the socket's loop.
class TokenWatch {
public:
    TokenWatch(ClientSocket& socket, const Clock& clock, Time expires_at);

    /// A new token has come.
    void renew(Time expires_at);

private:
    void due();

    ClientSocket& socket_;
    const Clock& clock_;
    Time expires_at_;
    bool has_warned_ = false;
    net::Timer timer_ = net::Timer::calling<&TokenWatch::due>(this);
};

}  // namespace mortise::socket
