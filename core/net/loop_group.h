// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "net/event_loop.h"

namespace mortise::net {

/// The event loops of the server and their threads.
class LoopGroup {
public:
    /// `count` 0 means one for each core this process may use.
    explicit LoopGroup(std::size_t count, const mortise::Clock* clock = nullptr);
    ~LoopGroup() { stop(); }

    void start();
    /// Stops every loop and joins its thread. Not from a loop's thread.
    void stop();

    /// Calls on each loop's own thread and returns when all have been called. The loops must run; not from
    /// one of them. Rethrows the first exception.
    void on_each(const std::function<void(std::size_t number, EventLoop&)>& call);
    /// The next loop in turn, for work that belongs nowhere. From any thread.
    EventLoop& any() noexcept;

    std::size_t size() const noexcept { return loops_.size(); }
    EventLoop& operator[](std::size_t number) noexcept { return *loops_[number]; }

private:
    std::vector<std::unique_ptr<EventLoop>> loops_;
    std::vector<std::jthread> threads_;
    std::atomic<std::size_t> turn_{0};
};

}  // namespace mortise::net
