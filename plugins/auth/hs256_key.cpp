// SPDX-License-Identifier: Apache-2.0
#include "hs256_key.h"

#include <stdexcept>

#include <mortise/base64.h>

#include "digest.h"

namespace auth {

Hs256Key::Hs256Key(std::string secret)
    : TokenKey(mortise::base64url_encode(hmac_sha256(secret, "mortise kid").substr(0, 8))),
      secret_(std::move(secret)) {
    if (secret_.size() < least_secret_size)
        throw std::runtime_error("the token signing secret is shorter than 32 bytes");
}

Hs256Key::~Hs256Key() {
    wipe(secret_);
}

std::string Hs256Key::sign(std::string_view text) const {
    return hmac_sha256(secret_, text);
}

bool Hs256Key::verifies(std::string_view text, std::string_view signature) const {
    return equal_in_constant_time(hmac_sha256(secret_, text), signature);
}

}  // namespace auth
