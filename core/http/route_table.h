// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/services/limiter.h>

#include "http/lane.h"
#include "http/plugin_routes.h"
#include "http/request_path.h"
#include "http/route_breaker.h"
#include "http/router.h"

namespace mortise::http {

/// One piece of free middleware, as the chain of a route holds it.
struct Link {
    const MiddlewareDeclaration* declaration;
    Lane* lane;             // of its plugin; null: none, it runs where it is
    bool depends_on_path;   // its prefix must still be compared, with the path of the request
    std::uint32_t partner;  // of an `after`: how many `before`s must have been reached for it to run

    bool applies_to(std::string_view path) const {
        return !depends_on_path || path.starts_with(declaration->prefix);
    }
};

/// The free middleware of a route (or of what no route takes), in the order of the plugins.
struct MiddlewareChain {
    std::vector<Link> befores;
    std::vector<Link> afters;  // to be run from the last to the first
};

/// One route, ready to run.
struct RouteEntry {
    const RouteDeclaration* declaration;
    Lane* lane;      // null: handlers run where they are
    Keeper* keeper;  // null: it has a handler
    PathPattern pattern;
    std::vector<std::string> parameters;  // names, in the pattern's order
    bool takes_rest = false;
    MiddlewareChain chain;
    std::unique_ptr<RouteBreaker> breaker;  // null: none declared
    std::uint32_t number = 0;               // its place in RouteTable::entries()
    LimitPolicy* limit = nullptr;           // null: not limited
};

/// What one plugin brings to the table.
struct RouteSource {
    const PluginRoutes* routes;
    Lane* lane = nullptr;
};

/// Everything wrong with the routes of a configuration, told at once.
class RouteFaults : public std::runtime_error {
public:
    explicit RouteFaults(std::vector<std::string> faults);
    const std::vector<std::string>& faults() const { return faults_; }

private:
    std::vector<std::string> faults_;
};

/// All routes and free middleware of one generation of plugins. Immutable; every thread reads it.
class RouteTable {
public:
    struct Match {
        const RouteEntry* entry;    // null: no route
        bool is_malformed = false;  // a parameter is no text, or a rest that leaves its folder
    };

    /// `sources` in the order of `plugins:`. Throws RouteFaults for malformed paths, parameters named
    /// twice and routes with the same method and shape. `limiter` may be null; it stays longer than the
    /// table.
    explicit RouteTable(const std::vector<RouteSource>& sources, const BreakerFactory& make_breaker = {},
                        Aliases aliases = {}, Limiter* limiter = nullptr);
    RouteTable(const RouteTable&) = delete;
    RouteTable& operator=(const RouteTable&) = delete;

    /// Finds the route of a normalised path and fills in the request's parameters.
    Match match(Method method, std::string_view path, RequestParts& parts) const;
    /// The methods of the routes for this path; fallbacks don't count.
    MethodSet allowed(std::string_view path) const { return router_.allowed(path); }

    const Aliases& aliases() const { return aliases_; }
    const std::vector<RouteEntry>& entries() const { return entries_; }
    /// What runs for requests that no route takes.
    const MiddlewareChain& unrouted() const { return unrouted_; }

private:
    void add(const RouteSource& source, const RouteDeclaration& declaration,
             std::vector<std::string>& faults);
    static MiddlewareChain chain_for(const std::vector<RouteSource>& sources, const PathPattern* pattern);

    Router router_;
    Router fallbacks_;  // asked about paths the other knows nothing of
    Aliases aliases_;
    std::vector<RouteEntry> entries_;
    MiddlewareChain unrouted_;
};

}  // namespace mortise::http
