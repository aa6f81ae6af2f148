// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "http/lane.h"
#include "net/event_loop.h"
#include "net/task.h"

namespace mortise::socket {

/// What has to be done for one client, one thing after the other: on its loop, or on a plugin's share of the
/// workers.
class EventQueue : public std::enable_shared_from_this<EventQueue> {
public:
    /// Says once, from any thread, whether what waits may run.
    using Opened = std::function<void(bool may_run)>;
    struct Job {
        http::Lane* lane = nullptr;  // null: on the loop
        net::Task run;
        net::Task refused;      // on the loop, instead: no room on the lane, or it may not; may be empty
        std::size_t bytes = 0;  // that wait with it
        std::function<void(Opened)> gate = {};  // called on the loop when its turn comes; empty: it may
    };

    explicit EventQueue(net::EventLoop& loop) : loop_(loop) {}

    /// Loop thread. What needs no lane and finds nothing before it runs at once.
    void push(Job job);
    /// Loop thread: whether what is pushed now would run at once.
    bool is_idle() const;
    std::size_t size() const;
    bool is_over(std::size_t jobs, std::size_t bytes) const;

    /// Called on the loop, later, when no more than these are left; once.
    void when_down_to(std::size_t jobs, std::size_t bytes, std::function<void()> told);

private:
    void run_on_loop();
    bool start(Job job);
    void wait_at_gate(Job job);
    void run_on_worker(const http::Lane* lane);
    bool take(Job& job, const http::Lane* lane);
    void tell_if_down();

    net::EventLoop& loop_;
    mutable std::mutex mutex_;
    std::deque<Job> jobs_;
    bool is_running_ = false;  // somebody is at work on the front, or about to be
    std::size_t bytes_ = 0;    // of the jobs
    std::size_t most_jobs_ = 0;
    std::size_t most_bytes_ = 0;
    std::function<void()> told_;
};

}  // namespace mortise::socket
