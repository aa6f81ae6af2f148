// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include <mortise/route.h>

namespace mortise::http {

/// The circuit breaker of one route. Every thread may ask.
class RouteBreaker {
public:
    virtual ~RouteBreaker() = default;
    /// Leave to run the handler once, as a ticket; 0: not now. Exactly one of succeeded() and failed()
    /// follows, on any thread.
    virtual std::uint64_t allow() = 0;
    virtual void succeeded(std::uint64_t ticket) = 0;
    virtual void failed(std::uint64_t ticket) = 0;
    /// How long it stays open; zero when it is closed or a trial is due. Changes nothing.
    virtual std::chrono::milliseconds retry_after() const = 0;
};

/// Makes the breaker of a route that declares one.
using BreakerFactory = std::function<std::unique_ptr<RouteBreaker>(const RouteDeclaration&)>;

}  // namespace mortise::http
