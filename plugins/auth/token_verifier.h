// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "claims.h"
#include "token_key.h"

namespace auth {

/// A token's claims, or why there are none.
struct Verified {
    std::optional<Claims> claims;
    std::string_view fault{};  // "malformed", "invalid", "expired", "not_yet_valid"; a literal
};

/// Reads access tokens. Nothing in a token chooses how it is checked: its kid finds one of our keys, and
/// that key knows its algorithm. Immutable; safe from every thread; throws only std::bad_alloc.
class TokenVerifier {
public:
    /// Longer tokens are refused unread.
    static constexpr std::size_t most_bytes = 4096;

    /// `leeway` is how far other nodes' clocks may be off.
    TokenVerifier(std::vector<SharedKey> keys, TokenParties parties, std::chrono::milliseconds leeway);

    Verified verify(std::string_view token, mortise::Time now) const;
    /// An expired token is one from this moment on.
    mortise::Time ends(const Claims& claims) const { return claims.expires_at + leeway_; }

private:
    const TokenKey* find_key(std::string_view header, std::string_view signed_text,
                             std::string_view signature) const;
    bool is_for_us(const mortise::JsonObject& payload) const;

    std::vector<SharedKey> keys_;
    TokenParties parties_;
    std::chrono::milliseconds leeway_;
};

}  // namespace auth
