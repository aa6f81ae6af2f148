// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "token_key.h"

namespace auth {

/// HS256: HMAC-SHA256 with a secret that every party knows.
class Hs256Key final : public TokenKey {
public:
    /// Shorter secrets can be guessed from one token (RFC 7518, 3.2).
    static constexpr std::size_t least_secret_size = 32;

    /// Throws std::runtime_error for a secret below 32 bytes.
    explicit Hs256Key(std::string secret);
    ~Hs256Key() override;

    std::string sign(std::string_view text) const override;
    bool verifies(std::string_view text, std::string_view signature) const override;
    std::string_view algorithm() const override { return "HS256"; }
    /// Other servers that share the secret name no key.
    bool takes_nameless_tokens() const override { return true; }
    std::optional<mortise::JsonObject> public_jwk() const override { return std::nullopt; }

private:
    std::string secret_;
};

}  // namespace auth
