// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "observe/metrics_registry.h"

namespace mortise::observe {

/// The process itself under Prometheus' conventional names (process_cpu_seconds_total,
/// process_resident_memory_bytes, process_open_fds, process_max_fds, process_threads,
/// process_start_time_seconds) and mortise_build_info. Shown while it lives.
class ProcessMetrics {
public:
    ProcessMetrics(MetricsRegistry& registry, std::string_view version);

private:
    std::unique_ptr<Metrics> process_;
    std::unique_ptr<Metrics> build_;
};

}  // namespace mortise::observe
