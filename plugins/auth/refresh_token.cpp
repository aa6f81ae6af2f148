// SPDX-License-Identifier: Apache-2.0
#include "refresh_token.h"

#include <mortise/base64.h>

#include "digest.h"

namespace auth {

namespace {

constexpr std::size_t id_size = 16;
constexpr std::size_t generation_size = 4;
constexpr std::size_t secret_size = 32;
constexpr std::string_view digits = "0123456789abcdef";

bool is_dash_place(std::size_t place) {
    return place == 8 || place == 13 || place == 18 || place == 23;
}

std::string id_to_bytes(std::string_view id) {
    std::string bytes;
    unsigned value = 0;
    bool is_low = false;
    for (const char character : id) {
        const std::size_t digit = digits.find(character);
        if (digit == std::string_view::npos) continue;
        value = value * 16 + static_cast<unsigned>(digit);
        if (is_low) bytes += static_cast<char>(value);
        if (is_low) value = 0;
        is_low = !is_low;
    }
    bytes.resize(id_size);
    return bytes;
}

std::string id_from_bytes(std::string_view bytes) {
    std::string id;
    for (const char character : bytes) {
        const auto byte = static_cast<unsigned char>(character);
        if (is_dash_place(id.size())) id += '-';
        id += digits[byte >> 4];
        id += digits[byte & 15];
    }
    return id;
}

}  // namespace

RefreshToken RefreshToken::make(std::string_view session_id) {
    return RefreshToken(std::string(session_id), 0, random_key());
}

std::optional<RefreshToken> RefreshToken::parse(std::string_view text) {
    constexpr std::size_t text_size = (4 * (id_size + generation_size + secret_size) + 2) / 3;
    if (text.size() != text_size) return std::nullopt;
    const auto bytes = mortise::base64url_decode(text);
    if (!bytes) return std::nullopt;
    std::uint32_t generation = 0;
    for (std::size_t place = id_size; place < id_size + generation_size; ++place)
        generation = generation << 8 | static_cast<unsigned char>((*bytes)[place]);
    return RefreshToken(id_from_bytes(std::string_view(*bytes).substr(0, id_size)), generation,
                        bytes->substr(id_size + generation_size));
}

RefreshToken::RefreshToken(std::string session_id, std::uint32_t generation, std::string secret)
    : session_id_(std::move(session_id)), generation_(generation), secret_(std::move(secret)) {}

RefreshToken RefreshToken::successor(std::string_view derivation_key) const {
    return RefreshToken(session_id_, generation_ + 1, hmac_sha256(derivation_key, bytes()));
}

std::string RefreshToken::text() const {
    return mortise::base64url_encode(bytes());
}

std::string RefreshToken::hash() const {
    return sha256_text(bytes());
}

std::string RefreshToken::bytes() const {
    std::string bytes = id_to_bytes(session_id_);
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(generation_ >> shift & 0xff);
    return bytes + secret_;
}

}  // namespace auth
