// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include <mortise/services/clock.h>

#include "net/buffer_pool.h"
#include "net/descriptor.h"
#include "net/task.h"
#include "net/timer_wheel.h"

struct epoll_event;

namespace mortise::net {

/// What became possible on a descriptor since it was last told.
struct Ready {
    bool readable = false;  ///< bytes, the peer's end of stream, or an error waits to be received
    bool writable = false;  ///< the kernel has room again
    bool hung_up = false;   ///< the peer is gone, or will send nothing more
};

/// Whoever is told about a descriptor.
class Watcher {
public:
    virtual void ready(Ready what) = 0;

protected:
    ~Watcher() = default;
};

/// One thread's share of the world: waits for its descriptors, its timers and what others post to it, and
/// runs it all on the thread that called run(). Everything but post(), stop() and in_loop() belongs to that
/// thread.
class EventLoop {
public:
    using Clock = std::chrono::steady_clock;
    using FaultHandler = std::function<void(std::exception_ptr)>;

    /// `clock` is what timers go by (null: the system's steady clock) and must outlive the loop.
    explicit EventLoop(const mortise::Clock* clock = nullptr);
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;
    ~EventLoop();

    /// Serves until stop(); what was posted before the stop still runs.
    void run();
    /// From any thread, at any time, more than once.
    void stop();
    /// Runs the task on the loop's thread, in the order of posting. From any thread; wakes the loop at most
    /// once for everything posted while it is awake.
    void post(Task task);

    /// Watches both directions, edge-triggered: after a notice, receive and send until the kernel says
    /// "again". The first notice tells the state at hand, so bytes that came before arm() are not missed.
    void arm(int fd, Watcher& watcher);
    /// Watches a listening descriptor: told again and again while something waits to be accepted, and of the
    /// loops that share one descriptor only one is told.
    void arm_listener(int fd, Watcher& watcher);
    /// Ends watching; `watcher` is not told anything after this, not even what the kernel has already
    /// reported. The descriptor may then be armed on another loop: that is how a connection moves.
    void disarm(int fd, Watcher& watcher) noexcept;

    void arm(Timer& timer, std::chrono::milliseconds delay) noexcept { arm(timer, now_ + delay); }
    /// Never fires early, at most a millisecond late on an idle loop.
    void arm(Timer& timer, Clock::time_point due) noexcept;

    /// What to do with an exception that escapes a watcher, a timer or a task. By default it ends the
    /// process.
    void on_fault(FaultHandler handler) { fault_ = std::move(handler); }

    /// The time at the start of this round: cheap, and the same for everything in it.
    Clock::time_point now() const noexcept { return now_; }
    /// The time this moment, from the same clock.
    Clock::time_point read_clock() const;
    bool in_loop() const noexcept {
        return thread_.load(std::memory_order_relaxed) == std::this_thread::get_id();
    }
    /// Whether the thread that asks runs a loop, and so must not wait for anything.
    static bool is_loop_thread() noexcept;
    /// Blocks to receive into, shared by the connections of this loop.
    BufferPool& buffers() noexcept { return buffers_; }

private:
    TimerWheel::Tick tick_at_or_after(Clock::time_point time) const noexcept;
    int wait_milliseconds();
    bool prepare_to_sleep() noexcept;
    void dispatch(std::span<epoll_event> events);
    void run_posted();
    template <class Call>
    void contain(Call&& call) noexcept;

    const mortise::Clock* clock_;
    Descriptor epoll_;
    Descriptor wake_;
    Clock::time_point epoch_;
    Clock::time_point now_;
    TimerWheel wheel_;
    BufferPool buffers_;
    FaultHandler fault_;
    std::span<epoll_event> undelivered_;  // the rest of the round's notices, for disarm() to strike out
    std::vector<Task> running_;           // kept for its capacity
    std::atomic<std::thread::id> thread_{};

    std::mutex mutex_;
    std::vector<Task> posted_;
    std::atomic<bool> has_posted_{false};
    std::atomic<bool> asleep_{false};
    std::atomic<bool> stopping_{false};
};

}  // namespace mortise::net
