// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <mortise/export.h>

namespace mortise {

class Request;

/// A strong entity tag (RFC 9110 section 8.8.3) with its quotes; `opaque` has no quotes of its own.
MORTISE_API std::string quote_etag(std::string_view opaque);

/// If-None-Match: true when the client's copy is this one (weak comparison; "*" matches).
MORTISE_API bool is_unchanged(const Request& request, std::string_view etag);

/// If-Match: nothing without the header. Throws Error(precondition_failed) when the resource is not one
/// of those named (strong comparison; "*" matches). Call it inside the write, on the state being changed.
MORTISE_API void require_match(const Request& request, std::string_view etag);

}  // namespace mortise
