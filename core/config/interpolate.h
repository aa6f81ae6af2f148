// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "config/environment.h"

namespace mortise::config {

/// Whether a scalar has an interpolation or an escaped one in it.
bool has_interpolation(std::string_view text) noexcept;
/// Whether it is one interpolation without a default and nothing else, as secrets must be.
bool is_bare_interpolation(std::string_view text) noexcept;

/// Puts in the values of ${NAME}, ${NAME:-default} and ${file:/path} (without its last line end); $${ is a
/// plain
/// ${. What is put in is not looked at again. `complain` hears what is wrong, each time without any value;
/// the faulty part is left out.
std::string interpolate(std::string_view text, const Environment& environment,
                        const std::function<void(std::string)>& complain);

}  // namespace mortise::config
