// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/request.h>
#include <mortise/route.h>

namespace mortise::http {

/// Reads the query and the body of a request as its route declares them, for Request::query<T>() and
/// Request::body<T>(). Throws Error: unsupported_media_type, malformed for a body that is no JSON,
/// unprocessable with every fault of both.
void bind_contracts(Request& request, const RouteDeclaration& route);

}  // namespace mortise::http
