// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "http/chain_state.h"
#include "http/router.h"

namespace mortise::http {

struct CorsSettings {
    std::vector<std::string>
        origins;               ///< exact: "https://app.example"; "*" alone is every origin; none: no CORS
    bool credentials = false;  ///< cookies and client certificates; not together with "*"
    std::vector<std::string> headers = {"Authorization", "Content-Type",  "Idempotency-Key",
                                        "If-Match",      "If-None-Match", "X-Request-Id"};
    std::vector<std::string> exposed = {
        "ETag",    "Idempotency-Replayed", "RateLimit", "RateLimit-Policy", "Retry-After",
        "X-Cache", "X-Request-Id"};
    std::vector<std::string> methods;  ///< none: those the path has
    std::chrono::seconds max_age{600};
};

/// Which other origins' scripts may read our answers.
class Cors {
public:
    Cors() = default;
    /// Throws std::invalid_argument for "*" with credentials, "*" beside others, and what is no origin.
    explicit Cors(const CorsSettings& settings);

    /// The lines of an ordinary answer. They name the origin of the request, or none when it may not read.
    void append_lines(std::string& lines, const KnownHeaders& request) const;
    /// The lines of the answer to a preflight.
    void append_preflight_lines(std::string& lines, const KnownHeaders& request,
                                const MethodSet& methods) const;
    bool is_preflight(const KnownHeaders& request) const {
        return is_on_ && request.origin != nullptr && request.preflight_method != nullptr;
    }

private:
    bool append_origin(std::string& lines, const KnownHeaders& request) const;

    bool is_on_ = false;
    bool every_origin_ = false;
    std::vector<std::string> origins_;
    std::string shared_lines_;     // of every answer to an origin that may read
    std::string preflight_lines_;  // of every preflight of such an origin
    std::string methods_;
};

}  // namespace mortise::http
