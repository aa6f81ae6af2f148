// SPDX-License-Identifier: Apache-2.0
#include "keys.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

#include <mortise/base64.h>
#include <mortise/error.h>
#include <mortise/services/identity.h>

namespace idempotency {

namespace {

constexpr std::size_t longest_key = 255;

// BLAKE2b of the parts, each with its length before it, so that no two lists look alike.
std::string digest_of(std::initializer_list<std::string_view> parts) {
    std::array<unsigned char, 32> digest{};
    crypto_generichash_state state;
    crypto_generichash_init(&state, nullptr, 0, digest.size());
    for (const std::string_view part : parts) {
        const std::string length = std::to_string(part.size()) + ':';
        crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(length.data()),
                                  length.size());
        crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(part.data()), part.size());
    }
    crypto_generichash_final(&state, digest.data(), digest.size());
    return mortise::base64url_encode({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace

std::string store_key_of(const mortise::Request& request) {
    const std::string_view key = request.header("Idempotency-Key");
    const bool is_visible =
        std::ranges::all_of(key, [](char letter) { return letter >= '!' && letter <= '~'; });
    if (key.empty() || key.size() > longest_key || !is_visible)
        throw mortise::Error(mortise::Code::malformed,
                             "The Idempotency-Key must be 1 to 255 visible ASCII characters.");
    const mortise::User* user = request.user();
    return "idempotency:" +
           digest_of({user != nullptr ? "user" : "address",
                      user != nullptr ? std::string_view(user->id) : request.client_address(),
                      request.method_text(), request.path(), key});
}

std::string fingerprint_of(const mortise::Request& request) {
    return digest_of({request.header("Content-Type"), request.body()});
}

}  // namespace idempotency
