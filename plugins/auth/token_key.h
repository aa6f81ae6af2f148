// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <mortise/json.h>

namespace auth {

/// A key that signs access tokens and checks them, by the one algorithm it was made for. Immutable.
class TokenKey {
public:
    virtual ~TokenKey() = default;

    /// The signature's bytes as JWS wants them (RFC 7518).
    virtual std::string sign(std::string_view text) const = 0;
    virtual bool verifies(std::string_view text, std::string_view signature) const = 0;

    /// The `alg` a token of this key carries.
    virtual std::string_view algorithm() const = 0;
    /// Names the key in the token's header; the same on every node.
    const std::string& kid() const { return kid_; }
    /// Whether tokens without a kid are tried with this key.
    virtual bool takes_nameless_tokens() const = 0;
    /// For jwks.json; nothing for a shared secret.
    virtual std::optional<mortise::JsonObject> public_jwk() const = 0;

protected:
    explicit TokenKey(std::string kid) : kid_(std::move(kid)) {}

private:
    std::string kid_;
};

using SharedKey = std::shared_ptr<const TokenKey>;

}  // namespace auth
