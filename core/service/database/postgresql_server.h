// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "service/database/database.h"
#include "service/database/postgresql_connection.h"
#include "service/pool.h"

namespace mortise::service {

/// One PostgreSQL server and the pool of connections to it.
///
/// After a failed attempt to connect the next ones fail at once, for a pause that grows to two seconds:
/// callers get their 503 quickly, and a server that is starting is not stormed.
class PostgresqlServer {
public:
    PostgresqlServer(const std::string& url, const DatabaseSettings& settings, QueryMeter& meter);

    using Lease = Pool<PostgresqlConnection>::Lease;
    /// Throws mortise::Error (unavailable).
    Lease take() { return pool_.take(); }
    /// Empty when the server cannot be reached.
    std::optional<Lease> take_if_reachable();
    void read_into(DatabaseFigures& figures) const { pool_.read_into(figures); }

private:
    using Clock = std::chrono::steady_clock;
    std::unique_ptr<PostgresqlConnection> connect();

    const PostgresqlConnection::Place place_;
    QueryMeter& meter_;
    mutable std::mutex mutex_;
    Clock::time_point next_try_ = Clock::time_point::min();
    std::chrono::milliseconds pause_{0};
    std::string last_fault_;
    Pool<PostgresqlConnection> pool_;
};

}  // namespace mortise::service
