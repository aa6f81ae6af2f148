// SPDX-License-Identifier: Apache-2.0
#include "entry.h"

#include <algorithm>
#include <string>

#include <mortise/text.h>

namespace cache {

namespace {

bool forbids_keeping(std::string_view cache_control) {
    while (!cache_control.empty()) {
        const std::string_view directive = mortise::trim(mortise::take_until(cache_control, ','));
        for (const std::string_view forbidding : {"no-store", "private", "no-cache"})
            if (mortise::equals_ignoring_case(directive.substr(0, directive.find('=')), forbidding))
                return true;
    }
    return false;
}

}  // namespace

bool may_be_kept(const mortise::Response& response) {
    if (response.status() != 200 || !response.is_in_memory()) return false;
    return std::ranges::none_of(response.headers(), [](const mortise::Response::Header& header) {
        const auto& [name, value] = header;
        return mortise::equals_ignoring_case(name, "Set-Cookie") ||
               mortise::equals_ignoring_case(name, "Vary") ||
               (mortise::equals_ignoring_case(name, "Cache-Control") && forbids_keeping(value));
    });
}

mortise::Response answer_again(const Entry& entry, Moment now, std::string_view outcome) {
    mortise::Response answer = entry.answer;
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - entry.made).count();
    answer.add_header("Age", std::to_string(age));
    answer.add_header("X-Cache", outcome);
    return answer;
}

}  // namespace cache
