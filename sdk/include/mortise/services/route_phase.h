// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <mortise/export.h>
#include <mortise/middleware.h>
#include <mortise/route.h>

namespace mortise {

/// Acts on what routes declare, at a fixed place in the chain. `before` is called on loop threads; neither
/// may block (park instead) or throw anything but Error.
class MORTISE_API RoutePhase {
public:
    virtual ~RoutePhase();
    virtual Verdict before(Request& request, const RouteDeclaration& route) = 0;
    /// The answer, errors and this phase's own included; `before` of this phase has run for it. Runs on the
    /// thread that has the answer, which is a worker for handlers that may block.
    virtual void after(const Request& request, const RouteDeclaration& route, Response& response) = 0;
};

/// Answers again what it answered before. The service `response_cache`.
class MORTISE_API ResponseCache : public RoutePhase {
public:
    static constexpr std::string_view service = "response_cache";
    /// Nothing that was kept under this tag is served once purge has returned.
    virtual void purge(std::string_view tag) = 0;
};

/// Gives the stored answer to a repeated Idempotency-Key. The service `idempotency`.
class MORTISE_API Idempotency : public RoutePhase {
public:
    static constexpr std::string_view service = "idempotency";
};

}  // namespace mortise
