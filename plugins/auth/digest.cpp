// SPDX-License-Identifier: Apache-2.0
#include "digest.h"

#include <sodium.h>

#include <array>

#include <mortise/base64.h>

namespace auth {

std::string random_key() {
    std::string key(32, '\0');
    randombytes_buf(key.data(), key.size());
    return key;
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
    std::string mac(crypto_auth_hmacsha256_BYTES, '\0');
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, octets(key), key.size());
    crypto_auth_hmacsha256_update(&state, octets(text), text.size());
    crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(mac.data()));
    sodium_memzero(&state, sizeof state);
    return mac;
}

std::string sha256_text(std::string_view text) {
    std::array<char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(reinterpret_cast<unsigned char*>(digest.data()), octets(text), text.size());
    return mortise::base64url_encode({digest.data(), digest.size()});
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
    return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

void wipe(std::string& secret) {
    sodium_memzero(secret.data(), secret.size());
    secret.clear();
}

}  // namespace auth
