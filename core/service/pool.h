// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <mortise/error.h>

namespace mortise::service {

struct PoolLimits {
    std::size_t min = 0;  ///< idle connections above this are closed after `idle_time`
    std::size_t max = 1;
    std::chrono::milliseconds wait{5'000};
    std::chrono::milliseconds idle_time{60'000};
    /// What is thrown after the longest wait.
    Error (*unavailable)(std::string private_detail) = nullptr;
};

/// Connections that are lent out. Callers above the limit wait in line, first come first served, and no
/// longer than the limit says. Connecting happens outside the lock.
///
/// Connection: `bool usable() noexcept`, asked before lending, and `bool broken() const noexcept`, asked when
/// it comes back: one that lost its server is dropped.
template <class Connection>
class Pool {
public:
    using Open = std::function<std::unique_ptr<Connection>()>;

    /// A borrowed connection; returned when this goes.
    class Lease {
    public:
        Lease(Pool& pool, std::unique_ptr<Connection> connection)
            : pool_(pool), connection_(std::move(connection)) {}
        ~Lease() {
            if (connection_) pool_.give_back(std::move(connection_));
        }
        Lease(Lease&&) noexcept = default;
        Lease& operator=(Lease&&) = delete;
        Connection& operator*() const noexcept { return *connection_; }
        Connection* operator->() const noexcept { return connection_.get(); }

    private:
        Pool& pool_;
        std::unique_ptr<Connection> connection_;
    };

    Pool(PoolLimits limits, Open open) : limits_(limits), open_(std::move(open)) {}

    /// Borrows a connection. Throws `unavailable` after the longest wait, and what `open` throws.
    Lease take() {
        for (;;) {
            std::unique_ptr<Connection> connection = idle_or_turn();
            if (!connection) return Lease(*this, opened());
            if (connection->usable()) return Lease(*this, std::move(connection));
            connection.reset();
            slot_is_free();
        }
    }

    /// Figures: has these members.
    template <class Figures>
    void read_into(Figures& figures) const {
        const std::lock_guard lock(mutex_);
        figures.active += count_ - idle_.size();
        figures.idle += idle_.size();
        figures.waiting += waiters_.size();
        figures.limit += limits_.max;
        figures.timeouts += timeouts_;
        figures.connects += connects_;
    }

private:
    using Clock = std::chrono::steady_clock;
    struct Idle {
        std::unique_ptr<Connection> connection;
        Clock::time_point since;
    };
    struct Waiter {
        std::condition_variable served_changed;
        std::unique_ptr<Connection> given;
        bool served = false;  // `given`, or the right to open one when it is null
    };

    // An idle connection, or null: the right to open one.
    std::unique_ptr<Connection> idle_or_turn() {
        std::unique_lock lock(mutex_);
        if (waiters_.empty()) {
            if (!idle_.empty()) {
                std::unique_ptr<Connection> connection = std::move(idle_.back().connection);
                idle_.pop_back();
                return connection;
            }
            if (count_ < limits_.max) {
                ++count_;
                return nullptr;
            }
        }
        Waiter self;
        waiters_.push_back(&self);
        if (!self.served_changed.wait_for(lock, limits_.wait, [&] { return self.served; })) {
            waiters_.erase(std::find(waiters_.begin(), waiters_.end(), &self));
            ++timeouts_;
            throw limits_.unavailable("all " + std::to_string(limits_.max) + " connections stayed busy for " +
                                      std::to_string(limits_.wait.count()) + " ms");
        }
        return std::move(self.given);
    }

    std::unique_ptr<Connection> opened() {
        try {
            std::unique_ptr<Connection> connection = open_();
            const std::lock_guard lock(mutex_);
            ++connects_;
            return connection;
        } catch (...) {
            slot_is_free();
            throw;
        }
    }

    void give_back(std::unique_ptr<Connection> connection) {
        if (connection->broken()) {
            connection.reset();
            return slot_is_free();
        }
        std::unique_ptr<Connection> too_old;  // closed after the lock is free
        const std::lock_guard lock(mutex_);
        if (!waiters_.empty()) return serve(std::move(connection));
        const auto now = Clock::now();
        if (!idle_.empty() && count_ > limits_.min && now - idle_.front().since > limits_.idle_time) {
            too_old = std::move(idle_.front().connection);
            idle_.erase(idle_.begin());
            --count_;
        }
        idle_.push_back({std::move(connection), now});
    }

    // A connection has gone: whoever waits first may open another.
    void slot_is_free() {
        const std::lock_guard lock(mutex_);
        if (waiters_.empty()) {
            --count_;
        } else {
            serve(nullptr);
        }
    }

    void serve(std::unique_ptr<Connection> connection) {
        Waiter& first = *waiters_.front();
        waiters_.pop_front();
        first.given = std::move(connection);
        first.served = true;
        first.served_changed.notify_one();  // under the lock: the waiter may be gone right after it
    }

    const PoolLimits limits_;
    const Open open_;
    mutable std::mutex mutex_;
    std::vector<Idle> idle_;  // the most recently used at the back
    std::deque<Waiter*> waiters_;
    std::size_t count_ = 0;  // open or being opened
    std::uint64_t timeouts_ = 0;
    std::uint64_t connects_ = 0;
};

}  // namespace mortise::service
