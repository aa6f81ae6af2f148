// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <mortise/network.h>

#include "config/core_config.h"
#include "http/plugin_routes.h"
#include "observe/health.h"
#include "observe/metrics_registry.h"

namespace mortise::app {

/// The server's own routes: /health, /livez, /readyz, /metrics, /openapi.json, /asyncapi.json.
class OwnRoutes {
public:
    OwnRoutes(const config::CoreConfig& settings, observe::Health& health, observe::MetricsRegistry& metrics);
    OwnRoutes(const OwnRoutes&) = delete;
    OwnRoutes& operator=(const OwnRoutes&) = delete;

    /// What the routes are registered in; part of the table like a plugin's.
    const http::PluginRoutes& routes() const { return routes_; }
    /// The documents are known only when everything is registered: given once, before the first request.
    void set_documents(std::string openapi, std::string asyncapi);

private:
    Response show_health(const Request& request) const;
    Response show_live(const Request& request) const;
    Response show_ready(const Request& request) const;
    Response show_metrics(const Request& request) const;
    Response show_openapi(const Request& request) const;
    Response show_asyncapi(const Request& request) const;

    http::PluginRoutes routes_{""};
    observe::Health& health_;
    observe::MetricsRegistry& metrics_;
    std::vector<Network> may_read_metrics_;  // empty: everybody
    SharedText openapi_{""}, asyncapi_{""};
};

}  // namespace mortise::app
