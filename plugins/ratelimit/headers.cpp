// SPDX-License-Identifier: Apache-2.0
#include "headers.h"

#include <charconv>

namespace ratelimit {

namespace {

using std::chrono::seconds;

void append(std::string& text, std::int64_t number) {
    char digits[20];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

// "general";q=100;w=900
std::string item(const std::string& policy, std::string_view first, std::int64_t first_number,
                 std::string_view second, seconds second_number) {
    std::string text;
    text.reserve(policy.size() + 32);
    text += '"';
    text += policy;
    text += '"';
    text += first;
    append(text, first_number);
    text += second;
    append(text, second_number.count());
    return text;
}

}  // namespace

HeaderStyle header_style(std::string_view name) {
    if (name == "draft_7") return HeaderStyle::draft_7;
    if (name == "legacy") return HeaderStyle::legacy;
    return name == "none" ? HeaderStyle::none : HeaderStyle::standard;
}

void Headers::write(const std::string& policy, std::chrono::milliseconds window,
                    const mortise::LimitDecision& decision, mortise::Response& response) const {
    const auto wait = std::chrono::ceil<seconds>(decision.resets_in);
    switch (style_) {
        case HeaderStyle::standard:
            response.set_header("RateLimit-Policy", item(policy, ";q=", decision.limit,
                                                         ";w=", std::chrono::ceil<seconds>(window)));
            response.set_header("RateLimit", item(policy, ";r=", decision.remaining, ";t=", wait));
            break;
        case HeaderStyle::draft_7: {
            const std::string limit = std::to_string(decision.limit);
            const auto length = std::chrono::ceil<seconds>(window);
            response.set_header("RateLimit-Policy", limit + ";w=" + std::to_string(length.count()));
            response.set_header("RateLimit", "limit=" + limit +
                                                 ", remaining=" + std::to_string(decision.remaining) +
                                                 ", reset=" + std::to_string(wait.count()));
            break;
        }
        case HeaderStyle::legacy: {
            const auto ends = clock_.now().time_since_epoch() + decision.resets_in;
            response.set_header("X-RateLimit-Limit", std::to_string(decision.limit));
            response.set_header("X-RateLimit-Remaining", std::to_string(decision.remaining));
            response.set_header("X-RateLimit-Reset",
                                std::to_string(std::chrono::ceil<seconds>(ends).count()));
            break;
        }
        case HeaderStyle::none:
            break;
    }
}

}  // namespace ratelimit
