// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "support/temporary_folder.h"

namespace mortise::test {

/// A Redis server of the test's own: on a Unix socket (and a port, if asked for) in a temporary folder,
/// writing nothing to disk, gone with the test, even when that is killed.
class RedisServer {
public:
    enum class Clock {
        stands_still,  ///< what expires does so by pass() alone
        runs
    };

    /// `arguments` go to redis-server ("--requirepass", "secret"). Throws std::runtime_error when Redis is
    /// not installed or does not start.
    explicit RedisServer(Clock clock = Clock::stands_still, std::vector<std::string> arguments = {});
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    /// The one of this process; started at the first call.
    static RedisServer& shared();

    std::string url() const;
    std::string socket_path() const;
    /// Lets so much time pass for what expires.
    void pass(std::chrono::milliseconds time);
    /// Throws everything away that it holds, and knows no script any more.
    void empty() const;
    /// Sends a command ("CLIENT KILL TYPE pubsub") and returns the raw answer. A server with a password wants
    /// "AUTH secret" as the first of two lines.
    std::string command(const std::string& lines) const;

    void start();
    /// kill -9: nobody is told goodbye.
    void kill();
    /// It goes on living but does nothing.
    void freeze();
    void thaw();

private:
    TemporaryFolder folder_;
    const Clock clock_;
    const std::vector<std::string> arguments_;
    std::int64_t* passed_ = nullptr;  // microseconds, shared with the server
    pid_t process_ = -1;
};

}  // namespace mortise::test
