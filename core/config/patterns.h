// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "config/scalars.h"

namespace mortise::config {

/// A pattern (ECMAScript, not anchored, alternatives not grouped) that matches exactly the whole numbers from
/// `least` to `most` written without leading zeros.
std::string pattern_of_range(std::uint64_t least, std::uint64_t most);

/// The same for a number with a unit, from `least` to `most` of the smallest one: so that an editor refuses
/// "5h" where 1h is the most, as the server does.
std::string pattern_of_measures(std::span<const Unit> units, std::uint64_t least, std::uint64_t most);

/// A text with at least one interpolation and nothing malformed, as interpolate() takes it; anchored.
std::string pattern_of_interpolation();
/// The same, where an escaped one ($${) is enough; anchored.
std::string pattern_of_interpolated_text();
/// One interpolation and nothing else, without a default: what a secret may be; anchored.
std::string pattern_of_secret();

}  // namespace mortise::config
