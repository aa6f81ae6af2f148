// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace mortise::config {

/// How many characters (code points) a valid UTF-8 text has.
std::size_t count_characters(std::string_view text) noexcept;

/// The offset of the first byte that is no UTF-8 or is a control character other than tab and line ends;
/// npos when there is none.
std::size_t find_unreadable(std::string_view text) noexcept;

}  // namespace mortise::config
