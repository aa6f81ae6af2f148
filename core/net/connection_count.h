// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace mortise::net {

/// How many connections are open over all loops, and the limit on them. Safe from every thread.
class ConnectionCount {
public:
    explicit ConnectionCount(std::size_t limit) noexcept : limit_(limit) {}

    /// False when the limit is reached; true must be paid back with leave().
    bool enter() noexcept {
        if (open_.fetch_add(1, std::memory_order_relaxed) >= limit_.load(std::memory_order_relaxed)) {
            open_.fetch_sub(1, std::memory_order_relaxed);
            refused_.fetch_add(1, std::memory_order_relaxed);
            return false;
        }
        accepted_.fetch_add(1, std::memory_order_relaxed);
        return true;
    }
    /// One more whatever the limit: for a connection that changes hands.
    void enter_again() noexcept { open_.fetch_add(1, std::memory_order_relaxed); }
    void leave() noexcept { open_.fetch_sub(1, std::memory_order_relaxed); }
    void set_limit(std::size_t limit) noexcept { limit_.store(limit, std::memory_order_relaxed); }

    std::size_t open() const noexcept { return open_.load(std::memory_order_relaxed); }
    std::uint64_t accepted() const noexcept { return accepted_.load(std::memory_order_relaxed); }
    std::uint64_t refused() const noexcept { return refused_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::size_t> limit_;
    std::atomic<std::size_t> open_{0};
    std::atomic<std::uint64_t> accepted_{0};
    std::atomic<std::uint64_t> refused_{0};
};

/// Counts as one open connection for as long as it lives; the count must outlive it.
class ConnectionPlace {
public:
    ConnectionPlace() noexcept = default;
    explicit ConnectionPlace(ConnectionCount& count) noexcept : count_(&count) { count.enter_again(); }
    ConnectionPlace(ConnectionPlace&& other) noexcept : count_(std::exchange(other.count_, nullptr)) {}
    ConnectionPlace& operator=(ConnectionPlace&& other) noexcept {
        std::swap(count_, other.count_);
        return *this;
    }
    ~ConnectionPlace() {
        if (count_ != nullptr) count_->leave();
    }

private:
    ConnectionCount* count_ = nullptr;
};

}  // namespace mortise::net
