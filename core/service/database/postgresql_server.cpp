// SPDX-License-Identifier: Apache-2.0
#include "service/database/postgresql_server.h"

#include <algorithm>

#include "service/database/unavailable.h"

namespace mortise::service {

namespace {

constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::milliseconds longest_pause{2'000};

PoolLimits limits_of(const DatabaseSettings& settings) {
    PoolLimits limits;
    limits.max = std::max<std::size_t>(1, settings.pool_max);
    limits.min = std::min(settings.pool_min, limits.max);
    limits.idle_time = settings.idle_timeout;
    limits.wait = settings.wait_timeout;
    limits.unavailable = &database_unavailable;
    return limits;
}

}  // namespace

PostgresqlServer::PostgresqlServer(const std::string& url, const DatabaseSettings& settings,
                                   QueryMeter& meter)
    : place_{url, without_password(url), settings.connect_timeout, settings.statement_timeout},
      meter_(meter),
      pool_(limits_of(settings), [this] { return connect(); }) {}

std::optional<PostgresqlServer::Lease> PostgresqlServer::take_if_reachable() {
    try {
        return take();
    } catch (const Error&) {
        return std::nullopt;
    }
}

std::unique_ptr<PostgresqlConnection> PostgresqlServer::connect() {
    {
        const std::lock_guard lock(mutex_);
        if (Clock::now() < next_try_) throw database_unavailable(last_fault_);
    }
    try {
        auto connection = std::make_unique<PostgresqlConnection>(place_, meter_);
        const std::lock_guard lock(mutex_);
        pause_ = std::chrono::milliseconds{0};
        next_try_ = Clock::time_point::min();
        return connection;
    } catch (const Error& fault) {
        const std::lock_guard lock(mutex_);
        pause_ = std::clamp(2 * pause_, first_pause, longest_pause);
        next_try_ = Clock::now() + pause_;
        last_fault_ = fault.private_detail();
        throw;
    }
}

}  // namespace mortise::service
