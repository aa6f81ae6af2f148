// SPDX-License-Identifier: Apache-2.0
#include <mortise/services/http_client.h>

#include <mortise/text.h>

namespace mortise {

HttpClient::~HttpClient() = default;

std::optional<std::string_view> IncomingResponse::header(std::string_view name) const {
    for (const auto& [own, value] : headers)
        if (equals_ignoring_case(own, name)) return value;
    return std::nullopt;
}

}  // namespace mortise
