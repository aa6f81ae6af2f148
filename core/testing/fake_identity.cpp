// SPDX-License-Identifier: Apache-2.0
#include "testing/fake_identity.h"

#include <mortise/request.h>
#include <mortise/text.h>

namespace mortise::testing {

std::string FakeIdentity::token(std::string_view user_id, std::string_view role) {
    return "test." + percent_encode(user_id) + "~" + percent_encode(role);
}

Identified FakeIdentity::identify(const Request& request) const {
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view header = request.header("authorization");
    if (!header.starts_with(scheme)) return {};
    return identify_token(header.substr(scheme.size()));
}

Identified FakeIdentity::identify_token(std::string_view token) const {
    constexpr std::string_view mark = "test.";
    if (!token.starts_with(mark)) return {nullptr, "malformed"};
    token.remove_prefix(mark.size());
    // '~' is unreserved, so it could stand in an id: the last one divides.
    const std::size_t divide = token.rfind('~');
    if (divide == std::string_view::npos) return {nullptr, "malformed"};
    const auto id = percent_decode(token.substr(0, divide));
    const auto role = percent_decode(token.substr(divide + 1));
    if (!id || !role) return {nullptr, "malformed"};
    return {std::make_shared<const User>(User{*id, *role, "test-session", Time::max()}), {}};
}

}  // namespace mortise::testing
