// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/services/clock.h>
#include <mortise/services/identity.h>

#include "cookies.h"
#include "key_ring.h"
#include "revocations.h"
#include "token_cache.h"

namespace auth {

/// Tells who asks by the access token: from memory alone, with no wait. A token is verified once and then
/// remembered; whether it has ended, or its session has, is asked every time.
class TokenIdentity final : public mortise::Identity {
public:
    TokenIdentity(const KeyRing& keys, const Revocations& revocations, const Cookies& cookies,
                  const mortise::Clock& clock, std::size_t cached)
        : keys_(keys), revocations_(revocations), cookies_(cookies), clock_(clock), cache_(cached) {}

    mortise::Identified identify(const mortise::Request& request) const override;
    mortise::Identified identify_token(std::string_view token) const override;

private:
    mortise::Identified check(std::string_view token) const;
    mortise::Identified verify(std::string_view token, mortise::Time now) const;

    const KeyRing& keys_;
    const Revocations& revocations_;
    const Cookies& cookies_;
    const mortise::Clock& clock_;
    mutable TokenCache cache_;
};

}  // namespace auth
