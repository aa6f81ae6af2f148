// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <stdexcept>
#include <string_view>

#include "service/deadline_watch.h"
#include "service/redis/codec.h"
#include "service/redis/settings.h"

namespace mortise::service {

/// The server could not be reached, went away, was silent for too long, or talked nonsense. Whether it did
/// what it was asked last is not known.
class RedisLost : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// One connection, signed in. For one thread at a time. After a RedisLost it is broken for good.
class RedisConnection {
public:
    using Moment = std::chrono::steady_clock::time_point;

    /// Connects and signs in. Throws RedisLost, also when the server refuses that.
    RedisConnection(const RedisSettings& settings, DeadlineWatch& watch);
    ~RedisConnection();

    /// Throws RedisLost.
    void send(std::string_view commands);
    /// The next reply. Throws RedisLost when it has not come by the deadline, or at the latest one
    /// settings.timeout after it.
    RedisReply receive(Moment deadline);
    /// Never to be used again.
    void abandon() noexcept { is_broken_ = true; }

    bool broken() const noexcept { return is_broken_; }
    /// Whether the server is still there and owes nothing; one system call.
    bool usable() const noexcept;
    /// Whether receive() has something to begin with although no poll() tells.
    bool has_more() const { return reader_.has_more(); }
    int descriptor() const noexcept;

private:
    class Wire;

    template <class Talk>
    auto guarded(Talk talk);
    std::size_t fetch(std::span<char> room);
    void sign_in(const RedisSettings& settings, Moment deadline);

    std::unique_ptr<Wire> wire_;
    RedisReader reader_;
    Moment deadline_{};
    bool is_broken_ = false;
};

}  // namespace mortise::service
