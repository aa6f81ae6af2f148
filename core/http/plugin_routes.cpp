// SPDX-License-Identifier: Apache-2.0
#include "http/plugin_routes.h"

namespace mortise::http {

Route PluginRoutes::add(std::optional<Method> method, std::string path, Handler handler) {
    RouteDeclaration& declaration = routes_.emplace_back();
    declaration.method = method;
    declaration.path = std::move(path);
    declaration.plugin = plugin_;
    declaration.handler = std::move(handler);
    return Route(declaration);
}

Middleware PluginRoutes::add_before(Before before) {
    MiddlewareDeclaration& declaration = middleware_.emplace_back();
    declaration.before = std::move(before);
    return Middleware(declaration);
}

Middleware PluginRoutes::add_after(After after) {
    MiddlewareDeclaration& declaration = middleware_.emplace_back();
    declaration.after = std::move(after);
    return Middleware(declaration);
}

}  // namespace mortise::http
