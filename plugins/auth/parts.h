// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/host.h>

#include "accounts.h"
#include "cookies.h"
#include "key_ring.h"
#include "lockout.h"
#include "password_hasher.h"
#include "sessions.h"
#include "settings.h"
#include "standing.h"
#include "token_identity.h"
#include "token_issuer.h"

namespace auth {

/// What the features are made of, each part once. Features refer to it; it lives as long as the plugin.
struct Parts {
    explicit Parts(mortise::Host& host);

    /// Keys are loaded, threads started, other nodes heard.
    void start();
    void stop();

    mortise::Time now() const { return host.clock().now(); }

    mortise::Host& host;
    const AccessTokenSettings access;
    const SessionSettings session;
    const std::vector<std::string> roles;  // of a new account: the first

    KeyRing keys;
    Cookies cookies;
    Accounts accounts;
    Sessions sessions;
    Standing standing;
    PasswordHasher hasher;
    Lockout lockout;
    TokenIssuer issuer;
    TokenIdentity identity;
};

}  // namespace auth
