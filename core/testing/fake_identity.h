// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <mortise/services/identity.h>

namespace mortise::testing {

/// Takes tokens that say themselves who sends them: for tests of plugins that need an identity, without a
/// plugin that makes one.
class FakeIdentity final : public Identity {
public:
    static std::string token(std::string_view user_id, std::string_view role);

    Identified identify(const Request& request) const override;
    Identified identify_token(std::string_view token) const override;
};

}  // namespace mortise::testing
