// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <mortise/json.h>

#include "http/route_table.h"

namespace mortise::http {

struct ApiInfo {
    std::string title = "Mortise";
    std::string version;
};

/// The OpenAPI 3.1 document of the routes that run: /openapi.json.
JsonObject make_openapi(const RouteTable& routes, const ApiInfo& info);

}  // namespace mortise::http
