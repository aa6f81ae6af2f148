// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <mortise/export.h>

/// Bytes as letters, RFC 4648. Reading is strict: no blanks, no other alphabet, no loose bits, so that one
/// text stands for one value.
namespace mortise {

/// base64 with padding (section 4).
MORTISE_API std::string base64_encode(std::string_view bytes);
/// The same, appended to `out`.
MORTISE_API void append_base64(std::string& out, std::string_view bytes);
/// Appends the bytes a text of base64 with padding stands for; false, and `out` as it was, when it is none.
MORTISE_API bool read_base64(std::string_view text, std::string& out);

/// base64url without padding (section 5).
MORTISE_API std::string base64url_encode(std::string_view bytes);
/// Nothing when it is no base64url without padding.
MORTISE_API std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace mortise
