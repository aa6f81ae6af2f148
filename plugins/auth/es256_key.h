// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <openssl/types.h>

#include "token_key.h"

namespace auth {

/// ES256: ECDSA over P-256. Its kid is the JWK thumbprint (RFC 7638), so nodes with the same key agree on it.
class Es256Key final : public TokenKey {
public:
    /// A new private key as PEM (PKCS #8).
    static std::string make_pem();
    /// Throws std::runtime_error when this is no unencrypted P-256 private key.
    static std::shared_ptr<const Es256Key> from_pem(std::string_view pem);

    std::string sign(std::string_view text) const override;
    bool verifies(std::string_view text, std::string_view signature) const override;
    std::string_view algorithm() const override { return "ES256"; }
    bool takes_nameless_tokens() const override { return false; }
    std::optional<mortise::JsonObject> public_jwk() const override;

    struct FreeKey {
        void operator()(EVP_PKEY* key) const;
    };
    using KeyPtr = std::unique_ptr<EVP_PKEY, FreeKey>;
    struct Coordinates {
        std::string x, y;  // base64url
    };

private:
    Es256Key(KeyPtr key, Coordinates coordinates);

    KeyPtr key_;
    Coordinates coordinates_;
};

}  // namespace auth
