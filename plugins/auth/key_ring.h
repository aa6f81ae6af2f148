// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <mortise/services/clock.h>
#include <mortise/services/database.h>

#include "settings.h"
#include "token_signer.h"
#include "token_verifier.h"

namespace auth {

/// The keys of this installation, the same on every node: from the options, or made by the first node that
/// starts and kept in the database. Everything but load() is for after load(), and safe from every thread.
class KeyRing {
public:
    explicit KeyRing(AccessTokenSettings settings) : settings_(std::move(settings)) {}

    /// Throws std::runtime_error with a clear text when a key can't be used.
    void load(mortise::Database& database, const mortise::Clock& clock);

    bool is_loaded() const { return verifier_.has_value(); }
    const TokenSigner& signer() const { return *signer_; }
    const TokenVerifier& verifier() const { return *verifier_; }
    /// What successors of refresh tokens and CSRF tokens are derived with: 32 bytes.
    const std::string& derivation_key() const { return derivation_key_; }
    /// The public halves, as /.well-known/jwks.json shows them.
    const std::string& public_keys() const { return public_keys_; }

private:
    std::vector<SharedKey> load_signing_keys(mortise::Database& database, const mortise::Clock& clock) const;

    AccessTokenSettings settings_;
    std::optional<TokenSigner> signer_;
    std::optional<TokenVerifier> verifier_;
    std::string derivation_key_;
    std::string public_keys_;
};

}  // namespace auth
