// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <mortise/route.h>

namespace mortise::http {

/// The circuit breaker of one route. Every thread may ask.
class RouteBreaker {
public:
    virtual ~RouteBreaker() = default;
    /// May the handler run now? After a yes exactly one of succeeded() and failed() follows.
    virtual bool allow() = 0;
    virtual void succeeded() = 0;
    virtual void failed() = 0;
    /// How long it stays open; zero when it is closed or a trial is due. Changes nothing.
    virtual std::chrono::milliseconds retry_after() const = 0;
};

/// Makes the breaker of a route that declares one.
using BreakerFactory = std::function<std::unique_ptr<RouteBreaker>(const RouteDeclaration&)>;

}  // namespace mortise::http
