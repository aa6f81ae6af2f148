// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/error.h>
#include <mortise/log.h>
#include <mortise/services/clock.h>

#include "service/circuit_breaker.h"
#include "service/deadline_watch.h"
#include "service/pool.h"
#include "service/redis/connection.h"
#include "service/redis/reply.h"
#include "service/redis/settings.h"

namespace mortise::service {

/// Lua that runs inside Redis, sent by its hash; its text only when the server has not seen it yet.
class RedisScript {
public:
    explicit RedisScript(std::string_view source);

    const std::string& source() const noexcept { return source_; }
    const std::string& hash() const noexcept { return hash_; }

private:
    std::string source_;
    std::string hash_;
};

/// What the connections to Redis do, read at one moment: gauges of the connections, counters since start.
struct RedisFigures {
    std::size_t active = 0;
    std::size_t idle = 0;
    std::size_t waiting = 0;  ///< callers waiting for a connection
    std::size_t limit = 0;
    std::uint64_t timeouts = 0;  ///< callers that waited in vain
    std::uint64_t connects = 0;
    std::uint64_t commands = 0;  ///< sent to Redis
    std::uint64_t failures = 0;  ///< lost, timed out or refused by Redis
    std::uint64_t spared = 0;    ///< not sent, because Redis was away a moment ago
    std::chrono::nanoseconds command_time_total{0};
};

/// What is thrown when Redis is away, too slow or full: a 503 with Retry-After.
Error redis_unavailable(std::string private_detail);

/// One Redis server, by a pool of connections for commands. Safe from every thread; calls wait for the
/// network: at most settings.timeout each for a free connection and for the answer, and
/// settings.connect_timeout where one must be made. When Redis is away they throw at once, but for one caller
/// a second who tries.
///
/// A call on a thread that must not wait is refused with std::logic_error.
///
/// Nothing is sent twice: whether a command whose answer was lost has been done is not known.
class RedisServer {
public:
    using Words = std::initializer_list<std::string_view>;

    /// Connects when first used.
    RedisServer(const RedisSettings& settings, const Clock& clock, Log log);

    /// The answer, never a failure. Throws mortise::Error (unavailable); std::logic_error when the key holds
    /// another kind or no number; std::out_of_range when a number would leave 64 bits; std::runtime_error for
    /// what else Redis refuses.
    RedisReply run(Words words);
    /// Several commands in one round trip; the first that fails throws. Not atomic together.
    std::vector<RedisReply> run_all(const std::vector<std::vector<std::string_view>>& commands);
    /// Atomic. Throws like run().
    RedisReply run(const RedisScript& script, std::string_view key, Words arguments);

    /// Throws when the server does not answer. The first time it does, the log is told when that server
    /// throws away what it was given to keep.
    void check();
    RedisFigures figures() const;

private:
    std::unique_ptr<RedisConnection> connect();
    RedisReply ask(RedisWords words);
    std::vector<RedisReply> talk(std::string_view commands, std::size_t count);
    void note(const std::vector<RedisReply>& replies, RedisConnection& connection);
    void lost(const std::string& why);
    void is_back();
    void warn_of_eviction();

    const RedisSettings settings_;
    const Log log_;
    CircuitBreaker breaker_;
    DeadlineWatch watch_;
    Pool<RedisConnection> pool_;
    std::atomic<bool> away_{false};
    std::atomic<bool> is_known_{false};
    std::atomic<std::uint64_t> commands_{0};
    std::atomic<std::uint64_t> failures_{0};
    std::atomic<std::uint64_t> spared_{0};
    std::atomic<std::int64_t> nanoseconds_{0};
};

}  // namespace mortise::service
