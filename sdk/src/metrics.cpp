// SPDX-License-Identifier: Apache-2.0
#include <mortise/services/metrics.h>

#include <algorithm>
#include <cmath>

namespace mortise {

namespace {

Counter::Cell& unseen_counter() {
    static Counter::Cell cell{0};
    return cell;
}

Gauge::Cell& unseen_gauge() {
    static Gauge::Cell cell{0};
    return cell;
}

Histogram::Cell& unseen_histogram() {
    static Histogram::Cell cell{{}};
    return cell;
}

}  // namespace

Counter::Counter() noexcept : cell_(&unseen_counter()) {}

Gauge::Gauge() noexcept : cell_(&unseen_gauge()) {}

Histogram::Histogram() noexcept : cell_(&unseen_histogram()) {}

Histogram::Cell::Cell(std::vector<double> upper_bounds)
    : bounds(std::move(upper_bounds)), counts(new std::atomic<std::uint64_t>[bounds.size() + 1]()) {}

void Histogram::observe(double value) const noexcept {
    if (std::isnan(value)) return;
    const auto bucket = std::lower_bound(cell_->bounds.begin(), cell_->bounds.end(), value);
    cell_->counts[static_cast<std::size_t>(bucket - cell_->bounds.begin())].fetch_add(
        1, std::memory_order_relaxed);
    cell_->sum.fetch_add(value, std::memory_order_relaxed);
}

Metrics::~Metrics() = default;

const std::vector<double>& Metrics::latency_seconds() {
    static const std::vector<double> bounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                            0.1,    0.25,  0.5,    1,     2.5,  5,     10};
    return bounds;
}

}  // namespace mortise
