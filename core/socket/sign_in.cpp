// SPDX-License-Identifier: Apache-2.0
#include "socket/sign_in.h"

#include <string>

namespace mortise::socket {

namespace {

constexpr std::string_view scheme = "Bearer ";

}  // namespace

std::string_view token_in(const Json& auth) {
    const JsonObject* object = auth.if_object();
    const Json* token = object == nullptr ? nullptr : object->if_contains("token");
    if (token == nullptr || !token->is_string()) return {};
    std::string_view text = token->get_string();
    if (text.starts_with(scheme)) text.remove_prefix(scheme.size());
    return text;
}

Error not_accepted(std::string_view fault) {
    return Error(Code::unauthenticated, "The access token is not valid.", std::string(fault));
}

}  // namespace mortise::socket
