// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <mortise/log.h>
#include <mortise/services/clock.h>
#include <mortise/services/http_client.h>
#include <mortise/services/metrics.h>

#include "service/circuit_breaker.h"
#include "service/client_tls.h"
#include "service/deadline_watch.h"
#include "service/http_connection.h"

namespace mortise::service {

struct HttpClientSettings {
    std::chrono::milliseconds connect_timeout = std::chrono::seconds(5);
    std::chrono::milliseconds timeout = std::chrono::seconds(30);       ///< of a whole call
    std::chrono::milliseconds idle_timeout = std::chrono::seconds(15);  ///< of a kept connection
    int connections = 16;                                               ///< to one server at once
    std::size_t max_answer = std::size_t{16} << 20;
    BreakerSettings breaker = {};
    std::string authorities_file = {};  ///< empty: the system's
};

/// The HttpClient of the server: a small pool and a circuit breaker for each origin.
class OutgoingHttp final : public HttpClient {
public:
    OutgoingHttp(const HttpClientSettings& settings, const Clock& clock, std::unique_ptr<Metrics> metrics,
                 Log log);
    ~OutgoingHttp() override;

    IncomingResponse send(const OutgoingRequest& request) override;

private:
    using Moment = std::chrono::steady_clock::time_point;
    struct Target;
    struct Peer;
    class Lease;

    IncomingResponse call(const Target& target, const OutgoingRequest& request, Moment deadline);
    IncomingResponse exchange(Peer& peer, const Target& target, const OutgoingRequest& request,
                              Moment deadline);
    template <class Talk>
    auto watched(int descriptor, Moment deadline, Talk talk);
    std::unique_ptr<HttpConnection> connect(const Origin& origin, Moment deadline);
    std::shared_ptr<Peer> peer_of(const Origin& origin);
    std::size_t open_breakers();

    const HttpClientSettings settings_;
    const Clock& clock_;
    const Log log_;
    Counter answered_, failed_, refused_;
    const ClientTls tls_;
    DeadlineWatch watch_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::map<Origin, std::shared_ptr<Peer>> peers_;
    const std::unique_ptr<Metrics> metrics_;  // last: it reads the rest
};

}  // namespace mortise::service
