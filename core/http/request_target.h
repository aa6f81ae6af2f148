// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace mortise::http {

/// A request target taken apart; all views into it, but for "/" where an absolute target has no path.
struct RequestTarget {
    std::string_view path;  ///< begins with '/', or is "*"
    std::string_view query;
    std::string_view authority;  ///< of an absolute target, which then replaces Host; else empty
};

/// "/a?b", "http://host/a?b" and, for OPTIONS, "*". Nothing for anything else.
std::optional<RequestTarget> split_target(std::string_view target, std::string_view method) noexcept;

}  // namespace mortise::http
