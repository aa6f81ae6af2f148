// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <mortise/error.h>
#include <mortise/response.h>
#include <mortise/server/request_parts.h>

namespace mortise::http {

/// How failures look on the wire.
enum class ErrorStyle {
    problem,  ///< RFC 9457: {type, title, status, detail, instance, code, requestId, errors[]}
    compat,   ///< {success: false, message} as old clients expect it, with errors[] where there are any
};

/// What clients are told about a failure nobody foresaw.
inline constexpr std::string_view something_went_wrong = "Something went wrong on our side.";

/// The one place where a failure becomes an answer. `parts` is null when no request came of the bytes.
Response make_problem(const Error& error, const RequestParts* parts, ErrorStyle style);
/// The same for a status without an Error of its own, as the wire and the router refuse with.
Response make_problem(int status, std::string_view detail, const RequestParts* parts, ErrorStyle style);

/// "Not Found"; "Unknown" for a status without a name.
std::string_view title_of(int status);

}  // namespace mortise::http
