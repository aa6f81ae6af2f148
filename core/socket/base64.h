// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace mortise::socket {

/// Appends base64 with padding (RFC 4648 section 4).
void append_base64(std::string& out, std::string_view bytes);

/// Appends the bytes a base64 text stands for. Strict: padded, no blanks, no loose bits; false, and `out` as
/// it was, otherwise.
bool read_base64(std::string_view text, std::string& out);

}  // namespace mortise::socket
