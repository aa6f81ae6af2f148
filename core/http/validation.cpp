// SPDX-License-Identifier: Apache-2.0
#include "http/validation.h"

#include <mortise/error.h>
#include <mortise/server/request_parts.h>
#include <mortise/text.h>

namespace mortise::http {

namespace {

const QueryPairs& query_pairs(RequestParts& parts) {
    if (!parts.query_pairs) parts.query_pairs = parse_form(parts.query);
    return *parts.query_pairs;
}

}  // namespace

void bind_contracts(Request& request, const RouteDeclaration& route) {
    RequestParts& parts = request.parts();
    Faults query_faults("query:");
    Faults body_faults;
    if (route.query)
        parts.bound_query = {route.query->read(query_pairs(parts), query_faults), route.query->type};
    if (route.body) parts.bound_body = {route.body->read(request.json(), body_faults), route.body->type};
    if (query_faults.empty()) return body_faults.throw_if_any();
    if (body_faults.empty()) return query_faults.throw_if_any();

    Error error(Code::unprocessable, "The query and the body have values that are not allowed.");
    for (const Faults* faults : {&query_faults, &body_faults})
        for (const FieldFault& fault : faults->found()) error.with_fault(fault);
    throw error;
}

}  // namespace mortise::http
