// SPDX-License-Identifier: Apache-2.0
#include "socket/token_watch.h"

#include <algorithm>

#include <mortise/time.h>

#include "socket/client.h"

namespace mortise::socket {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds warned_before = std::chrono::seconds(30);
// Timers count 48 bits and clocks are set: look again at the latest after a day.
constexpr milliseconds longest_wait = std::chrono::hours(24);

}  // namespace

TokenWatch::TokenWatch(ClientSocket& socket, const Clock& clock, Time expires_at)
    : socket_(socket), clock_(clock) {
    renew(expires_at);
}

void TokenWatch::renew(Time expires_at) {
    expires_at_ = expires_at;
    has_warned_ = false;
    const auto left = std::chrono::duration_cast<milliseconds>(expires_at_ - clock_.now());
    // A token that lives shorter than the warning is announced half-way.
    const auto wait = left > 2 * warned_before ? left - warned_before : left / 2;
    socket_.home().loop.arm(timer_, std::clamp(wait, milliseconds(0), longest_wait));
}

void TokenWatch::due() {
    const auto left = std::chrono::duration_cast<milliseconds>(expires_at_ - clock_.now());
    if (left <= milliseconds(0)) {
        socket_.send("auth:expired", Arguments::of(JsonObject{{"expiresAt", to_rfc3339(expires_at_)}}),
                     false);
        return socket_.client()->close("token expired");
    }
    if (!has_warned_ && left <= std::max(warned_before, milliseconds(1)) * 2) {
        has_warned_ = true;
        socket_.send("auth:expiring", Arguments::of(JsonObject{{"expiresAt", to_rfc3339(expires_at_)}}),
                     false);
    }
    const auto wait = has_warned_ ? left : left - warned_before;
    socket_.home().loop.arm(timer_, std::clamp(wait, milliseconds(0), longest_wait));
}

}  // namespace mortise::socket
