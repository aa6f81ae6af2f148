// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <mortise/response.h>
#include <mortise/services/clock.h>
#include <mortise/services/limiter.h>

namespace ratelimit {

enum class HeaderStyle {
    standard,  ///< RateLimit-Policy and RateLimit, as draft-ietf-httpapi-ratelimit-headers has them from 8 on
    draft_7,   ///< the same headers as most libraries of clients still read them
    legacy,    ///< X-RateLimit-Limit, -Remaining and -Reset, the latter in seconds since 1970
    none,
};

/// By its name in the options.
HeaderStyle header_style(std::string_view name);

/// Tells an answer's client how it stands with a policy.
class Headers {
public:
    /// The clock outlives it.
    Headers(HeaderStyle style, const mortise::Clock& clock) : style_(style), clock_(clock) {}
    void write(const std::string& policy, std::chrono::milliseconds window,
               const mortise::LimitDecision& decision, mortise::Response& response) const;

private:
    HeaderStyle style_;
    const mortise::Clock& clock_;
};

}  // namespace ratelimit
