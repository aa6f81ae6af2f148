// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <mortise/json.h>

#include "http/route_table.h"

namespace mortise::http {

/// `mortise routes`: a line for each route, by path.
std::string list_routes(const RouteTable& routes);
/// `mortise routes --json`: [{method, path, plugin, summary, intents…}], in the same order.
JsonArray list_routes_json(const RouteTable& routes);

}  // namespace mortise::http
