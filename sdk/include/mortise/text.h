// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mortise/export.h>

/// Small questions about text that HTTP asks everywhere.
namespace mortise {

/// A to Z as a to z, everything else as it is.
constexpr char to_lower(char character) noexcept {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
}
MORTISE_API std::string to_lower(std::string_view text);
/// ASCII only, as header names want it.
MORTISE_API bool equals_ignoring_case(std::string_view left, std::string_view right) noexcept;
/// Without blanks and tabs around it.
MORTISE_API std::string_view trim(std::string_view text) noexcept;
/// Cuts `rest` at the first `mark`: returns what stands before, leaves what stands after.
MORTISE_API std::string_view take_until(std::string_view& rest, char mark) noexcept;
/// "%41" to "A"; nothing when a '%' is not followed by two hex digits.
MORTISE_API std::optional<std::string> percent_decode(std::string_view text);
MORTISE_API bool contains(const std::vector<std::string>& words, std::string_view word) noexcept;
/// The words with `between` between each two.
MORTISE_API std::string join(const std::vector<std::string>& words, std::string_view between);
/// Everything but unreserved characters (RFC 3986) as %XX.
MORTISE_API std::string percent_encode(std::string_view text);
/// application/x-www-form-urlencoded pairs in their order; a broken escape stays as it was sent.
MORTISE_API std::vector<std::pair<std::string, std::string>> parse_form(std::string_view text);
/// application/json and every +json type, whatever its parameters.
MORTISE_API bool is_json_media_type(std::string_view content_type) noexcept;
/// Well-formed UTF-8 (no overlong forms, no surrogates).
MORTISE_API bool is_utf8(std::string_view text) noexcept;
/// How many characters (code points) a well-formed UTF-8 text has.
MORTISE_API std::size_t count_characters(std::string_view text) noexcept;
/// snake_case to camelCase: "due_date" to "dueDate".
MORTISE_API std::string to_camel_case(std::string_view snake_case);

}  // namespace mortise
