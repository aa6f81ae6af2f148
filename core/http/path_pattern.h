// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mortise::http {

/// The path of a route, taken apart: "/files/{id}/{rest*}".
///
/// Literal segments are written as they go over the wire (RFC 3986, percent-encoded where needed). A
/// slash at the end is dropped: the router ignores it.
struct PathPattern {
    enum class Kind { literal, one, rest };
    struct Segment {
        Kind kind;
        std::string text;  // the literal, or the parameter's name
    };

    /// Throws std::invalid_argument saying what is wrong.
    static PathPattern parse(std::string_view text);

    /// The same for all patterns that match the same paths: "/files/{}/{*}".
    std::string shape() const;
    /// What every matching path begins with: "/files/"; the whole path when there are no parameters.
    std::string literal_prefix() const;
    bool is_literal() const;

    std::vector<Segment> segments;  // none: "/"
};

/// More parameters in one path are refused.
inline constexpr std::size_t max_path_parameters = 16;

}  // namespace mortise::http
