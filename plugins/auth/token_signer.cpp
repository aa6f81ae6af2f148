// SPDX-License-Identifier: Apache-2.0
#include "token_signer.h"

#include <mortise/base64.h>

namespace auth {

namespace {

std::int64_t seconds(mortise::Time time) {
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

TokenSigner::TokenSigner(SharedKey key, TokenParties parties)
    : key_(std::move(key)), parties_(std::move(parties)) {
    const mortise::JsonObject header{{"alg", key_->algorithm()}, {"typ", "JWT"}, {"kid", key_->kid()}};
    header_ = mortise::base64url_encode(mortise::to_text(header)) + '.';
}

std::string TokenSigner::sign(const Claims& claims) const {
    const mortise::JsonObject payload{
        {"iss", parties_.issuer},           {"aud", parties_.audience}, {"sub", claims.account_id},
        {"sid", claims.session_id},         {"role", claims.role},      {"iat", seconds(claims.issued_at)},
        {"exp", seconds(claims.expires_at)}};
    std::string token = header_ + mortise::base64url_encode(mortise::to_text(payload));
    const std::string signature = key_->sign(token);
    token += '.';
    token += mortise::base64url_encode(signature);
    return token;
}

}  // namespace auth
