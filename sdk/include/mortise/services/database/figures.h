// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace mortise {

/// What the database is doing, read at one moment: gauges of the connections, counters since start.
struct DatabaseFigures {
    /// Upper bounds of the query time buckets; a last bucket above them holds the rest.
    static constexpr std::array<std::chrono::microseconds, 12> query_time_bounds{
        std::chrono::microseconds{50},      std::chrono::microseconds{100},
        std::chrono::microseconds{250},     std::chrono::microseconds{500},
        std::chrono::microseconds{1'000},   std::chrono::microseconds{2'500},
        std::chrono::microseconds{5'000},   std::chrono::microseconds{10'000},
        std::chrono::microseconds{50'000},  std::chrono::microseconds{100'000},
        std::chrono::microseconds{500'000}, std::chrono::microseconds{2'500'000}};

    std::size_t active = 0;   ///< connections at work
    std::size_t idle = 0;     ///< connections open and free
    std::size_t waiting = 0;  ///< callers waiting for a connection or for the writer
    std::size_t limit = 0;    ///< connections allowed

    std::uint64_t queries = 0;   ///< statements run
    std::uint64_t failures = 0;  ///< statements refused, timed out or lost with their connection
    std::uint64_t writes = 0;    ///< write functions committed
    std::uint64_t commits = 0;   ///< commits they took: fewer where functions shared one
    std::uint64_t timeouts = 0;  ///< callers that waited in vain for a connection or for the writer
    std::uint64_t connects = 0;  ///< connections opened

    /// Statements by time, not cumulative: one count for each bound and one for what was slower.
    std::array<std::uint64_t, query_time_bounds.size() + 1> query_times{};
    std::chrono::nanoseconds query_time_total{0};
};

}  // namespace mortise
