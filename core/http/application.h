// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <mortise/log.h>
#include <mortise/services/clock.h>

#include "http/answers.h"
#include "http/chain.h"
#include "http/client_address.h"
#include "http/exchange.h"
#include "http/route_table.h"

namespace mortise::http {

struct ApplicationSettings {
    std::chrono::milliseconds request_timeout{
        30'000};  ///< for routes without deadline(), but for streamed bodies
    std::uint64_t max_body = std::uint64_t{1} << 20;  ///< for routes without max_body()
    std::vector<std::string> trusted_proxies;         ///< networks; see TrustedProxies
    AnswerSettings answers;
};

/// One request that is over.
struct FinishedRequest {
    const RequestParts& parts;  ///< parts.route is null when no route took it
    int status;
    std::uint64_t body_bytes;
    std::chrono::steady_clock::duration took;
};

/// Told of every answer: for the access log and the metrics. Called on loop threads.
class TrafficWatch {
public:
    virtual ~TrafficWatch() = default;
    virtual void finished(const FinishedRequest& request) noexcept = 0;
};

/// What the Application works with; all of it outlives it.
struct ApplicationParts {
    const RouteTable& routes;
    const Clock& clock;
    Phases phases = {};
    Log log = {};
    TrafficWatch* watch = nullptr;
};

/// The application behind the wire: finds the route of a request and takes it through the chain.
/// Immutable after construction; every loop uses the same one.
class Application final : public Service {
public:
    /// Throws std::invalid_argument for proxies and origins that are none.
    Application(const ApplicationSettings& settings, ApplicationParts parts);
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;

    void handle(const std::shared_ptr<Exchange>& exchange) override;
    Response refuse(int status, std::string_view detail, const RequestParts* parts) override;
    bool run_blocking(Exchange& exchange, std::function<void()> task) override;
    void finished(const RequestParts& parts, int status, std::uint64_t body_bytes,
                  std::chrono::steady_clock::duration took) override;

private:
    void begin(Exchange& exchange, LogScope& scope) const;
    void warn_of_proxy(std::string_view address) const;
    void answer_unrouted(Exchange& exchange) const;

    ApplicationParts parts_;
    std::chrono::milliseconds request_timeout_;
    TrustedProxies proxies_;
    mutable std::atomic<bool> has_warned_of_proxy_{false};
    Answers answers_;
    Chain chain_;
};

}  // namespace mortise::http
