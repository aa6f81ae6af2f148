// SPDX-License-Identifier: Apache-2.0
#include "http/request_target.h"

#include <mortise/text.h>

#include "http/characters.h"

namespace mortise::http {

std::optional<RequestTarget> split_target(std::string_view target, std::string_view method) noexcept {
    RequestTarget parts;
    if (target == "*") {
        if (method != "OPTIONS") return std::nullopt;
        parts.path = target;
        return parts;
    }
    if (!target.starts_with('/')) {
        const std::size_t scheme = equals_ignoring_case(target.substr(0, 7), "http://")    ? 7
                                   : equals_ignoring_case(target.substr(0, 8), "https://") ? 8
                                                                                           : 0;
        if (scheme == 0) return std::nullopt;
        target.remove_prefix(scheme);
        const auto end = std::min(target.find_first_of("/?"), target.size());
        parts.authority = target.substr(0, end);
        if (parts.authority.empty() || !is_authority(parts.authority)) return std::nullopt;
        target.remove_prefix(end);
    }
    const auto mark = target.find('?');
    parts.path = target.substr(0, mark);
    if (parts.path.empty()) parts.path = "/";
    if (mark != std::string_view::npos) parts.query = target.substr(mark + 1);
    return parts;
}

}  // namespace mortise::http
