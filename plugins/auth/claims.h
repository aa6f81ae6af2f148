// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <mortise/time.h>

namespace auth {

/// What an access token says.
struct Claims {
    std::string account_id;  // sub
    std::string role;
    std::string session_id;  // sid
    mortise::Time issued_at{};
    mortise::Time expires_at{};
};

/// Who issues tokens, and for whom: iss and aud of every token.
struct TokenParties {
    std::string issuer;
    std::string audience;
};

}  // namespace auth
