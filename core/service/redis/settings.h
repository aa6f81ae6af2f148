// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "service/circuit_breaker.h"
#include "service/redis/address.h"

namespace mortise::service {

struct RedisSettings {
    /// For rediss://. Each is a file, or empty: the system's authorities, and no certificate of our own.
    struct Tls {
        std::string authorities = {};
        std::string certificate = {};
        std::string key = {};
    };

    RedisAddress address = {};
    std::string prefix = {};  ///< of every key and channel of the store
    std::size_t pool = 8;
    std::chrono::milliseconds connect_timeout{2'000};  ///< with signing in
    std::chrono::milliseconds timeout{1'000};          ///< of a command; as long one waits for a connection
    /// A server that is away is asked by one caller each second; everybody else is told at once.
    BreakerSettings breaker{.failures = 3, .open_for = std::chrono::seconds(1), .trials = 1};
    Tls tls = {};
    /// Whether the thread that asks must not wait: such calls are refused, as faults of the program.
    bool (*must_not_wait)() = nullptr;
};

}  // namespace mortise::service
