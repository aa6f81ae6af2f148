// SPDX-License-Identifier: Apache-2.0
#include "http/plugin_routes.h"

#include <stdexcept>

namespace mortise::http {

Route PluginRoutes::add(std::optional<Method> method, std::string path, Handler handler) {
    check_open();
    RouteDeclaration& declaration = routes_.emplace_back();
    declaration.method = method;
    declaration.path = std::move(path);
    declaration.plugin = plugin_;
    declaration.handler = std::move(handler);
    return Route(declaration);
}

Route PluginRoutes::add_kept(std::string path, Keeper& keeper) {
    check_open();
    RouteDeclaration& declaration = routes_.emplace_back();
    declaration.path = std::move(path);
    declaration.plugin = plugin_;
    declaration.deadline = std::chrono::hours(24);  // a keeper has clocks of its own
    keepers_.emplace(&declaration, &keeper);
    return Route(declaration);
}

Keeper* PluginRoutes::keeper_of(const RouteDeclaration& route) const {
    const auto found = keepers_.find(&route);
    return found == keepers_.end() ? nullptr : found->second;
}

Middleware PluginRoutes::add_before(Before before) {
    check_open();
    MiddlewareDeclaration& declaration = middleware_.emplace_back();
    declaration.before = std::move(before);
    return Middleware(declaration);
}

Middleware PluginRoutes::add_after(After after) {
    check_open();
    MiddlewareDeclaration& declaration = middleware_.emplace_back();
    declaration.after = std::move(after);
    return Middleware(declaration);
}

void PluginRoutes::close(std::optional<std::chrono::milliseconds> deadline) {
    is_closed_ = true;
    for (RouteDeclaration& route : routes_)
        if (!route.deadline) route.deadline = deadline;
}

void PluginRoutes::check_open() const {
    if (is_closed_)
        throw std::logic_error("a route or middleware is registered after start(): register in start() only");
}

}  // namespace mortise::http
