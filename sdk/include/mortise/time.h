// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <mortise/export.h>

namespace mortise {

/// A point in time, UTC, to the millisecond: what databases keep and what the wire shows.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

/// RFC 3339 in UTC with milliseconds: "2026-11-21T16:45:43.120Z".
MORTISE_API std::string to_rfc3339(Time time);

/// Reads RFC 3339 with any offset and up to nine fraction digits (cut to milliseconds).
/// Empty for anything else and for days that do not exist.
MORTISE_API std::optional<Time> parse_rfc3339(std::string_view text);

}  // namespace mortise
