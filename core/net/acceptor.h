// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "net/address.h"
#include "net/descriptor.h"
#include "net/event_loop.h"

namespace mortise::net {

/// Takes new connections off one listening descriptor for one loop. When the process has run out of
/// descriptors it leaves them in the kernel's queue for a while instead of spinning.
class Acceptor final : private Watcher {
public:
    /// Told of each connection: non-blocking, not yet armed.
    using Accepted = std::function<void(Descriptor, const Address& peer)>;

    static constexpr std::chrono::milliseconds pause{100};

    /// `listening` stays its owner's. On the loop's thread.
    Acceptor(EventLoop& loop, int listening, Accepted accepted);
    ~Acceptor() { stop(); }

    /// Takes what already waits and then no more; closing the descriptor first would reset those.
    void stop() noexcept;

    /// How often it had to pause for want of descriptors or memory.
    std::size_t pauses() const noexcept { return pauses_; }

private:
    void ready(Ready) override;
    void resume();
    /// False when the kernel refused for want of something.
    bool accept_waiting();

    EventLoop& loop_;
    int listening_;
    Accepted accepted_;
    Timer rest_ = Timer::calling<&Acceptor::resume>(this);
    std::size_t pauses_ = 0;
    bool armed_ = false;
};

}  // namespace mortise::net
