// SPDX-License-Identifier: Apache-2.0
#include <mortise/services/http_client.h>

#include <algorithm>

namespace mortise {

namespace {

constexpr char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
}

bool same_name(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, {}, lower, lower);
}

}  // namespace

HttpClient::~HttpClient() = default;

std::optional<std::string_view> IncomingResponse::header(std::string_view name) const {
    for (const auto& [own, value] : headers)
        if (same_name(own, name)) return value;
    return std::nullopt;
}

}  // namespace mortise
