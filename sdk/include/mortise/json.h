// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <mortise/export.h>

namespace mortise {

using Json = boost::json::value;
using JsonObject = boost::json::object;
using JsonArray = boost::json::array;

/// Nesting deeper than this is refused.
inline constexpr std::size_t max_json_depth = 64;

/// Reads one JSON text (RFC 8259, UTF-8). Throws Error(Code::malformed) with the byte offset for
/// anything else, also for numbers too large for a double. Of equal keys the last one counts.
MORTISE_API Json parse_json(std::string_view text, std::size_t max_depth = max_json_depth);

/// Writes compact JSON: shortest round-trip numbers (1.5, never 1.5E0), NaN and infinity as null.
MORTISE_API std::string to_text(const Json& value);
/// The same, appended to `out`.
MORTISE_API void append_json(std::string& out, const Json& value);
/// A JSON string with its quotes, appended to `out`. Invalid UTF-8 becomes U+FFFD.
MORTISE_API void append_json_string(std::string& out, std::string_view text);

}  // namespace mortise
