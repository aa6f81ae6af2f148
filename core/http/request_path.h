// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mortise::http {

/// The one spelling of a path that routes and prefixes are compared with (RFC 3986, 6.2.2): escapes of
/// unreserved characters are undone ("%61" is "a"), the others get upper-case digits and stay.
///
/// Nothing for a path that is refused: a broken escape, a NUL however it is written, a dot segment
/// ("/../", "/%2e/"): clients resolve those before they send; one that arrives is a mistake or an attack.
/// The answer views `sent`, or `buffer` when something had to change.
std::optional<std::string_view> normalise_path(std::string_view sent, std::string& buffer);

/// The value of a parameter, decoded, from the normalised path. Nothing when it is not UTF-8.
std::optional<std::string> decode_parameter(std::string_view raw);
/// The value of a `{rest*}` parameter: as above, and nothing when an escaped slash brings in a dot
/// segment or an empty one, so that it can be put behind a folder's name.
std::optional<std::string> decode_rest(std::string_view raw);

/// Old prefixes that stand for new ones: {/auth: /api/v1/auth}.
class Aliases {
public:
    using Prefixes = std::map<std::string, std::string>;

    Aliases() = default;
    /// Throws std::invalid_argument for a prefix that does not begin with '/' or is "/".
    explicit Aliases(const Prefixes& prefixes);

    /// The path with its longest known prefix (whole segments) replaced, once; then a view of `buffer`.
    std::string_view resolve(std::string_view path, std::string& buffer) const;
    bool empty() const { return prefixes_.empty(); }

private:
    std::vector<std::pair<std::string, std::string>> prefixes_;  // longest first
};

}  // namespace mortise::http
