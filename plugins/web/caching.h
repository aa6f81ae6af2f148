// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace web {

/// Whether a file's name carries a hash of its content, as build tools write it: name.8f3a9c1b.js, also
/// before further extensions. A hash has 8 to 64 hexadecimal digits, one of them a number.
bool is_versioned(std::string_view file_name) noexcept;

}  // namespace web
