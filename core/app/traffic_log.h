// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>

#include <mortise/services/metrics.h>

#include "http/application.h"
#include "observe/logs.h"
#include "observe/metrics_registry.h"

namespace mortise::app {

/// Writes the access log and counts requests by route and status, with their latency. Called on every
/// loop for every answer, so it takes no lock once a pair of route and status has been seen.
class TrafficLog final : public http::TrafficWatch {
public:
    TrafficLog(const http::RouteTable& routes, observe::Logs& logs, observe::MetricsRegistry& metrics);
    ~TrafficLog() override;

    void finished(const http::FinishedRequest& request) noexcept override;

private:
    struct RouteFigures {
        std::string route;  // its template; never a path a client made up
        std::string method;
        Histogram latency;
        std::array<std::atomic<const Counter*>, 500> by_status{};  // 100 to 599, made when first seen
    };

    RouteFigures& figures_of(const RouteDeclaration* route);
    void add_route(const RouteDeclaration* route);
    const Counter& counter(RouteFigures& figures, int status);
    void write_access(const http::FinishedRequest& request);

    observe::Logs& logs_;
    std::unique_ptr<Metrics> metrics_;
    std::unordered_map<const RouteDeclaration*, std::unique_ptr<RouteFigures>> routes_;
    std::mutex mutex_;  // guards counters_
    std::deque<Counter> counters_;
};

}  // namespace mortise::app
