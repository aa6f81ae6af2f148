// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace mortise::service {

/// Shuts sockets down whose time is over. Poco's timeouts bound each wait for bytes; a peer that sends one
/// byte at a time would hold a thread for ever. One thread, started when first needed.
class DeadlineWatch {
    using Moment = std::chrono::steady_clock::time_point;
    using Key = std::pair<Moment, std::uint64_t>;

public:
    /// Keeps the watch over one socket; ends before the socket is closed.
    class Guard {
    public:
        ~Guard();
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;
        /// True when the time was over before this was destroyed.
        bool fired() const;

    private:
        friend class DeadlineWatch;
        Guard(DeadlineWatch& watch, Key key) : watch_(watch), key_(key) {}
        DeadlineWatch& watch_;
        const Key key_;
    };

    DeadlineWatch() = default;
    ~DeadlineWatch();

    [[nodiscard]] Guard watch(int descriptor, Moment deadline);

private:
    void run();

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<Key, int> watched_;
    std::uint64_t last_ = 0;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace mortise::service
