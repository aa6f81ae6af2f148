// SPDX-License-Identifier: Apache-2.0
#include "turn_credentials.h"

#include <openssl/evp.h>

#include <chrono>
#include <stdexcept>

#include <mortise/base64.h>

namespace calls {

namespace {

const unsigned char* octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* octets(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

TurnCredentials turn_credentials(std::string_view secret, std::string_view user_id,
                                 mortise::Time expires_at) {
    const auto expiry = std::chrono::floor<std::chrono::seconds>(expires_at).time_since_epoch().count();
    TurnCredentials made;
    made.username = std::to_string(expiry) + ':' + std::string(user_id);
    made.credential = mortise::base64_encode(hmac_sha1(secret, made.username));
    return made;
}

std::string hmac_sha1(std::string_view key, std::string_view text) {
    std::string mac(20, '\0');
    std::size_t size = 0;
    if (EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA1", nullptr, key.data(), key.size(), octets(text),
                  text.size(), octets(mac), mac.size(), &size) == nullptr ||
        size != mac.size())
        throw std::runtime_error("OpenSSL computes no HMAC-SHA1");
    return mac;
}

}  // namespace calls
