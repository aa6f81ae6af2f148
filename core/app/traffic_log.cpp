// SPDX-License-Identifier: Apache-2.0
#include "app/traffic_log.h"

#include <mortise/services/identity.h>

namespace mortise::app {

TrafficLog::TrafficLog(const http::RouteTable& routes, observe::Logs& logs, observe::MetricsRegistry& metrics)
    : logs_(logs), metrics_(metrics.for_part("http")) {
    add_route(nullptr);
    for (const http::RouteEntry& entry : routes.entries()) add_route(entry.declaration);
}

TrafficLog::~TrafficLog() = default;

void TrafficLog::finished(const http::FinishedRequest& request) noexcept {
    try {
        RouteFigures& figures = figures_of(request.parts.route);
        figures.latency.observe(std::chrono::duration<double>(request.took).count());
        counter(figures, request.status).add();
        if (logs_.access_enabled()) write_access(request);
    } catch (...) {
        // No memory for a new counter or line: the answer is out, and that is what counts.
    }
}

TrafficLog::RouteFigures& TrafficLog::figures_of(const RouteDeclaration* route) {
    const auto found = routes_.find(route);
    return *(found == routes_.end() ? routes_.at(nullptr) : found->second);
}

void TrafficLog::add_route(const RouteDeclaration* route) {
    auto figures = std::make_unique<RouteFigures>();
    figures->route = route ? route->path : "";
    figures->method = route && route->method ? std::string(name_of(*route->method)) : "";
    figures->latency = metrics_->histogram("request_seconds", "From a request's head to its answer.",
                                           Metrics::latency_seconds(),
                                           {{"method", figures->method}, {"route", figures->route}});
    routes_.emplace(route, std::move(figures));
}

const Counter& TrafficLog::counter(RouteFigures& figures, int status) {
    auto& slot =
        figures.by_status[static_cast<std::size_t>(status < 100 || status > 599 ? 500 : status) - 100];
    if (const Counter* known = slot.load(std::memory_order_acquire)) return *known;
    const std::scoped_lock lock(mutex_);
    if (const Counter* known = slot.load(std::memory_order_acquire)) return *known;
    counters_.push_back(metrics_->counter(
        "requests_total", "Answers by route and status.",
        {{"method", figures.method}, {"route", figures.route}, {"status", std::to_string(status)}}));
    slot.store(&counters_.back(), std::memory_order_release);
    return counters_.back();
}

void TrafficLog::write_access(const http::FinishedRequest& request) {
    const RequestParts& parts = request.parts;
    logs_.write_access({
        .method = parts.method_text,
        .route = parts.route ? std::string_view(parts.route->path) : std::string_view{},
        .path = parts.path,
        .status = request.status,
        .bytes = request.body_bytes,
        .microseconds = static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::microseconds>(request.took).count()),
        .request_id = parts.id,
        .user_id = parts.user ? std::string_view(parts.user->id) : std::string_view{},
        .client = parts.client_address,
    });
}

}  // namespace mortise::app
