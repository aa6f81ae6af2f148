// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mortise/export.h>

namespace mortise {

/// Handles are one pointer: copy them, keep them as members, use them from every thread (a few
/// nanoseconds). A default-made handle counts into the void, so a member needs no null test.
class MORTISE_API Counter {
public:
    using Cell = std::atomic<std::uint64_t>;
    Counter() noexcept;
    explicit Counter(Cell& cell) noexcept : cell_(&cell) {}
    void add(std::uint64_t amount = 1) const noexcept { cell_->fetch_add(amount, std::memory_order_relaxed); }

private:
    Cell* cell_;
};

class MORTISE_API Gauge {
public:
    using Cell = std::atomic<std::int64_t>;
    Gauge() noexcept;
    explicit Gauge(Cell& cell) noexcept : cell_(&cell) {}
    void set(std::int64_t value) const noexcept { cell_->store(value, std::memory_order_relaxed); }
    void add(std::int64_t amount = 1) const noexcept { cell_->fetch_add(amount, std::memory_order_relaxed); }
    void subtract(std::int64_t amount = 1) const noexcept { add(-amount); }

private:
    Cell* cell_;
};

class MORTISE_API Histogram {
public:
    struct Cell;
    Histogram() noexcept;
    explicit Histogram(Cell& cell) noexcept : cell_(&cell) {}
    /// In the base unit the name ends in (seconds, bytes). NaN is ignored.
    void observe(double value) const noexcept;

private:
    Cell* cell_;
};

/// Where a part of the server registers what it counts; shown at /metrics in Prometheus text.
///
/// Register in start() and keep the handles; registering takes a lock and is not for hot paths. Asking
/// again for the same name and labels gives the same cell.
///
/// Names are snake_case without the leading "mortise_<plugin>_", which the server adds, and end in the
/// unit and, for counters, in "_total": "messages_total", "delivery_seconds". Labels are few and fixed:
/// a status, a route, a kind; never an id, an address or anything a client invents. A label named "id" or
/// "..._id" is refused. A family takes 1,000 label sets at most; a handle beyond that works but is not
/// shown, and mortise_metrics_dropped_series_total says so.
///
/// Throws std::invalid_argument, with the reason, for a name or label that is not allowed and for a name
/// that was registered before as another kind, with other label names or with other bounds.
class MORTISE_API Metrics {
public:
    using Labels = std::vector<std::pair<std::string, std::string>>;

    virtual ~Metrics();
    virtual Counter counter(std::string_view name, std::string_view help, const Labels& labels = {}) = 0;
    virtual Gauge gauge(std::string_view name, std::string_view help, const Labels& labels = {}) = 0;
    /// `bounds` are the upper bounds of the buckets, ascending, at most 64; +Inf is added.
    virtual Histogram histogram(std::string_view name, std::string_view help,
                                const std::vector<double>& bounds, const Labels& labels = {}) = 0;
    /// Read when the page is asked for, on the asking thread; must be quick, must not throw and must not
    /// register anything. Not called any more once this Metrics is gone. The last registration counts.
    virtual void gauge_from(std::string_view name, std::string_view help, std::function<double()> read,
                            const Labels& labels = {}) = 0;
    /// Like gauge_from for a number that only grows and is counted elsewhere.
    virtual void counter_from(std::string_view name, std::string_view help, std::function<double()> read,
                              const Labels& labels = {}) = 0;

    /// Bounds for the time a request takes: 0.5 ms to 10 s.
    static const std::vector<double>& latency_seconds();
};

/// The numbers behind a Histogram; for the server's own use.
struct MORTISE_API Histogram::Cell {
    explicit Cell(std::vector<double> bounds);

    const std::vector<double> bounds;
    const std::unique_ptr<std::atomic<std::uint64_t>[]> counts;  ///< bounds.size() + 1, not cumulative
    std::atomic<double> sum{0};
};

}  // namespace mortise
