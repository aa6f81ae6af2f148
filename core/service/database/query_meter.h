// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

#include <mortise/services/database/figures.h>

namespace mortise::service {

/// Counts statements and writes. Every thread may count; reading is exact for each number, not across them.
class QueryMeter {
public:
    void statement_took(std::chrono::nanoseconds time) noexcept {
        std::size_t bucket = 0;
        while (bucket < DatabaseFigures::query_time_bounds.size() &&
               time > DatabaseFigures::query_time_bounds[bucket])
            ++bucket;
        times_[bucket].fetch_add(1, std::memory_order_relaxed);
        total_.fetch_add(time.count(), std::memory_order_relaxed);
    }
    void statement_failed() noexcept { failures_.fetch_add(1, std::memory_order_relaxed); }
    void committed(std::uint64_t functions) noexcept {
        writes_.fetch_add(functions, std::memory_order_relaxed);
        commits_.fetch_add(1, std::memory_order_relaxed);
    }

    void read_into(DatabaseFigures& figures) const noexcept {
        for (std::size_t bucket = 0; bucket < times_.size(); ++bucket) {
            figures.query_times[bucket] = times_[bucket].load(std::memory_order_relaxed);
            figures.queries += figures.query_times[bucket];
        }
        figures.query_time_total = std::chrono::nanoseconds{total_.load(std::memory_order_relaxed)};
        figures.failures = failures_.load(std::memory_order_relaxed);
        figures.writes = writes_.load(std::memory_order_relaxed);
        figures.commits = commits_.load(std::memory_order_relaxed);
    }

private:
    std::array<std::atomic<std::uint64_t>, DatabaseFigures::query_time_bounds.size() + 1> times_{};
    std::atomic<std::int64_t> total_{0};
    std::atomic<std::uint64_t> failures_{0};
    std::atomic<std::uint64_t> writes_{0};
    std::atomic<std::uint64_t> commits_{0};
};

}  // namespace mortise::service
