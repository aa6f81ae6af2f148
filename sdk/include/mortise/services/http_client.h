// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mortise/export.h>

namespace mortise {

/// A request to somebody else's server.
struct OutgoingRequest {
    std::string method = "GET";
    std::string url;  ///< http:// or https://, ASCII
    std::vector<std::pair<std::string, std::string>> headers =
        {};  ///< Host, lengths and Connection are added
    std::string body = {};
    std::optional<std::chrono::milliseconds> timeout = {};  ///< for everything; empty: http_client.timeout
    std::optional<std::size_t> max_answer_bytes = {};       ///< of the body; empty: http_client.max_answer
    int redirects = 0;  ///< how many to follow; GET and HEAD only, never from https to http
};

/// What it answered. Any status is an answer; only a lost or broken one is an error.
struct IncomingResponse {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string body = {};

    /// The first header of this name, case-insensitively.
    MORTISE_API std::optional<std::string_view> header(std::string_view name) const;
};

/// Calls other servers over HTTP/1.1, TLS certificates verified, connections kept and reused.
///
/// Blocks: for handlers on the worker pool and for jobs. Each host stands behind a circuit breaker: after
/// five failures in a row (no connection, no answer in time, 502, 503, 504) calls fail at once for a minute.
///
/// Throws Error: gateway_timeout when a time ran out; bad_gateway when there was no connection, or the
/// answer was broken or too large; unavailable, with a retry_after, while the breaker is open.
/// std::invalid_argument for a request that can't be sent (a bad URL, a control character in a header). A
/// request whose method is idempotent is sent a second time when a kept connection turns out to be closed.
class MORTISE_API HttpClient {
public:
    virtual ~HttpClient();
    virtual IncomingResponse send(const OutgoingRequest& request) = 0;

    IncomingResponse get(std::string url) { return send({.url = std::move(url)}); }
};

}  // namespace mortise
