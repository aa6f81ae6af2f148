// SPDX-License-Identifier: Apache-2.0
#include "net/acceptor.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace mortise::net {

namespace {

// A storm of newcomers must not keep the loop from those it already serves; the rest is told in the next
// round.
constexpr int most_a_round = 64;

}  // namespace

Acceptor::Acceptor(EventLoop& loop, int listening, Accepted accepted)
    : loop_(loop), listening_(listening), accepted_(std::move(accepted)) {
    resume();
}

void Acceptor::stop() noexcept {
    rest_.cancel();
    if (!std::exchange(armed_, false)) return;
    loop_.disarm(listening_, *this);
    try {
        accept_waiting();
    } catch (
        ...) {  // NOLINT: who could not be taken in now is refused by the kernel when the descriptor closes
    }
}

void Acceptor::ready(Ready) {
    if (accept_waiting()) return;
    ++pauses_;
    loop_.disarm(listening_, *this);
    armed_ = false;
    loop_.arm(rest_, pause);
}

void Acceptor::resume() {
    loop_.arm_listener(listening_, *this);
    armed_ = true;
}

bool Acceptor::accept_waiting() {
    for (int i = 0; i < most_a_round; ++i) {
        sockaddr_storage peer;  // NOLINT: filled by the kernel
        socklen_t length = sizeof peer;
        Descriptor taken(
            ::accept4(listening_, reinterpret_cast<sockaddr*>(&peer), &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (taken) {
            accepted_(std::move(taken), Address(reinterpret_cast<const sockaddr*>(&peer), length));
            continue;
        }
        switch (errno) {
            case EAGAIN:
                return true;
            case EMFILE:
            case ENFILE:
            case ENOBUFS:
            case ENOMEM:
                return false;
            default:
                break;  // this newcomer is gone already (ECONNABORTED and network faults); the next may be
                        // fine
        }
    }
    return true;
}

}  // namespace mortise::net
