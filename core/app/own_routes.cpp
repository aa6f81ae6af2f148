// SPDX-License-Identifier: Apache-2.0
#include "app/own_routes.h"

#include <algorithm>

#include <mortise/error.h>

namespace mortise::app {

namespace {

Response answer(const observe::Health::Answer& health) {
    Response response = Response::json_text(health.body, health.status);
    response.set_header("Cache-Control", "no-store");
    return response;
}

}  // namespace

OwnRoutes::OwnRoutes(const config::CoreConfig& settings, observe::Health& health,
                     observe::MetricsRegistry& metrics)
    : health_(health), metrics_(metrics) {
    for (const std::string& network : settings.metrics.allow) may_read_metrics_.emplace_back(network);
    routes_.get("/health", this, &OwnRoutes::show_health).summary("Tells how the server is").inline_handler();
    routes_.get("/livez", this, &OwnRoutes::show_live)
        .summary("Answers while the process runs")
        .inline_handler();
    routes_.get("/readyz", this, &OwnRoutes::show_ready)
        .summary("Tells whether requests are welcome")
        .inline_handler();
    // Not inline: collecting a thousand series takes milliseconds.
    if (settings.metrics.enabled)
        routes_.get("/metrics", this, &OwnRoutes::show_metrics).summary("Shows the figures for Prometheus");
    if (!settings.documents.enabled) return;
    routes_.get("/openapi.json", this, &OwnRoutes::show_openapi)
        .summary("Describes this API")
        .inline_handler();
    routes_.get("/asyncapi.json", this, &OwnRoutes::show_asyncapi)
        .summary("Describes the events of sockets")
        .inline_handler();
}

void OwnRoutes::set_documents(std::string openapi, std::string asyncapi) {
    openapi_ = SharedText(std::move(openapi));
    asyncapi_ = SharedText(std::move(asyncapi));
}

Response OwnRoutes::show_health(const Request&) const {
    return answer(health_.health());
}
Response OwnRoutes::show_live(const Request&) const {
    return answer(observe::Health::live());
}
Response OwnRoutes::show_ready(const Request&) const {
    return answer(health_.ready());
}

Response OwnRoutes::show_metrics(const Request& request) const {
    const auto address = Network::parse_address(request.client_address());
    const auto holds = [&](const Network& network) { return address && network.contains(*address); };
    if (!may_read_metrics_.empty() && std::none_of(may_read_metrics_.begin(), may_read_metrics_.end(), holds))
        throw Error(Code::forbidden, "The figures are not for this address.");
    return Response::bytes("text/plain; version=0.0.4; charset=utf-8", metrics_.text());
}

Response OwnRoutes::show_openapi(const Request&) const {
    return Response::shared("application/json", openapi_);
}

Response OwnRoutes::show_asyncapi(const Request&) const {
    return Response::shared("application/json", asyncapi_);
}

}  // namespace mortise::app
