// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <mortise/request.h>
#include <mortise/route.h>

namespace cache {

/// Puts into `key` what tells this answer from all others: the method, who may see it, the path as sent, and
/// the query in the order of its names (parameters of one name stay in theirs: the first counts).
void write_key(std::string& key, const mortise::Request& request, const mortise::RouteDeclaration& route);

/// The names of the route's tags for this request: "tasks:{user} tasks-of:{role}" to "tasks:ann",
/// "tasks-of:user". Nobody signed in is the empty text.
std::vector<std::string> tags_of(const mortise::Request& request, const mortise::RouteDeclaration& route);

}  // namespace cache
