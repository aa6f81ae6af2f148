// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "claims.h"
#include "token_key.h"

namespace auth {

/// Makes access tokens: JWS in compact form. Immutable; safe from every thread.
class TokenSigner {
public:
    TokenSigner(SharedKey key, TokenParties parties);

    /// Times are cut to whole seconds.
    std::string sign(const Claims& claims) const;

private:
    SharedKey key_;
    TokenParties parties_;
    std::string header_;  // encoded, with its dot
};

}  // namespace auth
