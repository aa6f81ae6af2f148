// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <boost/describe.hpp>

#include <mortise/response.h>
#include <mortise/services/clock.h>

#include "accounts.h"
#include "cookies.h"
#include "key_ring.h"
#include "refresh_token.h"

namespace auth {

/// What signing in answers.
struct SignedIn {
    AccountView user;
    std::string access_token;
    std::string refresh_token;
    std::int64_t expires_in = 0;  // seconds the access token is valid
};
BOOST_DESCRIBE_STRUCT(SignedIn, (), (user, access_token, refresh_token, expires_in))

/// Makes access tokens, and the answer that carries them.
class TokenIssuer {
public:
    TokenIssuer(const KeyRing& keys, const Cookies& cookies, const mortise::Clock& clock,
                Duration access_lifetime)
        : keys_(keys), cookies_(cookies), clock_(clock), access_lifetime_(access_lifetime) {}

    /// No cache keeps it. Its status is the route's.
    mortise::Response answer(const mortise::Person& person, const RefreshToken& refresh_token) const;

private:
    const KeyRing& keys_;
    const Cookies& cookies_;
    const mortise::Clock& clock_;
    Duration access_lifetime_;
};

}  // namespace auth
