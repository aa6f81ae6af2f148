// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <mortise/log.h>
#include <mortise/services/store.h>

#include "tally.h"

namespace ratelimit {

/// Counts attempts in windows of time in the Store, together with all nodes. Asking waits for the network, so
/// a few threads of its own do it. Every thread may ask.
class SharedWindows {
public:
    struct Settings {
        std::size_t threads;
        std::size_t queue;  ///< attempts that may wait for a thread
    };
    struct Attempt {
        std::string key;
        std::chrono::milliseconds window;
        std::int64_t limit;
        std::function<void(const Tally&)> told;  ///< once, on a thread of these; must not block or throw
    };

    /// The store outlives it, or stop() comes first.
    SharedWindows(mortise::Store& store, Settings settings, mortise::Log log);
    ~SharedWindows();

    void start();
    /// Attempts that wait, and those that still come, are forgotten untold.
    void stop();
    /// Too many waiting: it is told at once that nothing is known.
    void count(Attempt attempt);
    std::size_t waiting() const;

private:
    void work();
    Tally ask(const Attempt& attempt);

    mortise::Store& store_;
    const Settings settings_;
    const mortise::Log log_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Attempt> attempts_;
    bool is_over_ = true;
    std::atomic<unsigned> turns_{0};  // the store went or came back so often: odd while it is away
    std::vector<std::thread> threads_;
};

}  // namespace ratelimit
