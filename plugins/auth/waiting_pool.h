// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace auth {

/// A few threads for work that costs a lot of processor time, and a short queue before them. Who brings
/// work waits for it; who finds the queue full is sent away at once, so that a storm ends at the door.
class WaitingPool {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    /// `queue` counts those who wait, not those at work.
    WaitingPool(std::size_t threads, std::size_t queue) : thread_count_(threads), queue_limit_(queue) {}
    ~WaitingPool() { stop(); }
    WaitingPool(const WaitingPool&) = delete;
    WaitingPool& operator=(const WaitingPool&) = delete;

    void start();
    /// Refuses those who wait; returns when the work begun has ended.
    void stop();

    /// Runs `work` on a thread of the pool and returns when it has run; throws what it throws. Throws
    /// mortise::Error (unavailable, with Retry-After) when the queue is full, or when `deadline` passes
    /// before the work has begun.
    void run(const std::function<void()>& work, Deadline deadline);

    std::size_t waiting() const;

private:
    enum class State { waiting, running, finished, refused };
    struct Task {
        const std::function<void()>* work = nullptr;
        State state = State::waiting;
        std::exception_ptr fault;
        std::condition_variable changed;
    };

    void work();

    const std::size_t thread_count_;
    const std::size_t queue_limit_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Task*> queue_;  // each lives on the stack of the run() that waits for it
    bool is_open_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace auth
