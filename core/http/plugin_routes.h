// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

#include <mortise/http.h>

namespace mortise::http {

class Keeper;

/// What one plugin registers in start(): its routes and its free middleware, in their order. The
/// server's own routes (health, documents) come in one of these too, with an empty plugin name.
///
/// Addresses of the declarations are stable; they must outlive every RouteTable made of them.
class PluginRoutes final : public Http {
public:
    explicit PluginRoutes(std::string plugin) : plugin_(std::move(plugin)) {}

    Route add(std::optional<Method> method, std::string path, Handler handler) override;
    Middleware add_before(Before before) override;
    Middleware add_after(After after) override;
    /// Every request to this path goes to `keeper`, which must outlive every RouteTable made of this.
    Route add_kept(std::string path, Keeper& keeper);
    /// Null for a route with a handler.
    Keeper* keeper_of(const RouteDeclaration& route) const;
    /// start() has returned: routes without a deadline get this one, and add() is a fault from now on.
    void close(std::optional<std::chrono::milliseconds> deadline);

    const std::string& plugin() const { return plugin_; }
    const std::deque<RouteDeclaration>& routes() const { return routes_; }
    const std::deque<MiddlewareDeclaration>& middleware() const { return middleware_; }

private:
    void check_open() const;

    std::string plugin_;
    std::deque<RouteDeclaration> routes_;
    std::deque<MiddlewareDeclaration> middleware_;
    std::unordered_map<const RouteDeclaration*, Keeper*> keepers_;
    bool is_closed_ = false;
};

}  // namespace mortise::http
