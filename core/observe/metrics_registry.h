// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <mortise/services/metrics.h>

namespace prometheus {
struct MetricFamily;
}

namespace mortise::observe {

/// Every number the server shows at /metrics. Reading one takes no lock from those who count.
class MetricsRegistry {
public:
    explicit MetricsRegistry(std::size_t most_series = 1000);
    ~MetricsRegistry();

    /// What a part registers through; its names get "mortise_<name>_". When it is destroyed, what only it
    /// had registered disappears, and its handles must not be used any more. The registry outlives it.
    std::unique_ptr<Metrics> for_part(std::string_view name);
    /// For names that are given by convention ("process_").
    std::unique_ptr<Metrics> with_prefix(std::string prefix);

    /// Prometheus text format 0.0.4: "text/plain; version=0.0.4; charset=utf-8".
    std::string text();

private:
    class View;
    enum class Kind { counter, gauge, histogram };
    struct Series;
    struct Family;
    struct Wanted;  // what a registration asks for

    Series& register_series(const Wanted& wanted, std::uint64_t owner);
    Family& family_of(const Wanted& wanted);
    void forget(std::uint64_t owner);
    prometheus::MetricFamily snapshot(const std::string& name, const Family& family) const;

    const std::size_t most_series_;
    std::mutex mutex_;
    std::map<std::string, Family> families_;
    std::uint64_t last_owner_ = 0;
    Counter dropped_series_;
    std::unique_ptr<Metrics> own_;  // last: it is a view of the rest
};

}  // namespace mortise::observe
