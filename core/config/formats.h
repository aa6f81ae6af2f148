// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mortise::config {

/// Named shapes a text may have to have. Named, because a regular expression in a manifest would have to be
/// run by us and by every reader of the JSON Schema alike.
enum class Format {
    identifier,  ///< snake_case, dashes too: "send_message"
    path,        ///< of a file or folder; not empty
    url,         ///< a scheme and a rest; printed without its password
    origin,      ///< "https://app.example.org"
    http_path,   ///< "/api/v1"
    address,     ///< host and port: "127.0.0.1:8080", "[::1]:8080", "localhost:8080"
    version,     ///< "1.4.2", "2.0.0-beta.1"
    network,     ///< CIDR or one address: "10.0.0.0/8", "::1"
};

std::optional<Format> format_named(std::string_view name) noexcept;
std::string_view name_of(Format format) noexcept;
std::vector<std::string_view> format_names();

/// What a text of this format looks like, for people.
std::string_view example_of(Format format) noexcept;
/// Whether the text has the format. `pattern_of` accepts exactly the same.
bool matches(Format format, std::string_view text) noexcept;
/// An ECMAScript pattern for JSON Schema, not anchored.
std::string pattern_of(Format format);

/// The same URL with *** for its password.
std::string without_password(std::string_view url);

}  // namespace mortise::config
