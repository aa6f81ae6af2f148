// SPDX-License-Identifier: Apache-2.0
#include "token_verifier.h"

#include <mortise/base64.h>
#include <mortise/error.h>

namespace auth {

namespace {

using mortise::Json;
using mortise::JsonObject;
using mortise::Time;

constexpr std::size_t most_depth = 4;
constexpr std::int64_t last_second = 253'402'300'799;  // of the year 9999

struct Parts {
    std::string_view header, payload, signature;  // encoded
    std::string_view signed_text;
};

std::optional<Parts> split(std::string_view token) {
    const std::size_t first = token.find('.');
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
        return std::nullopt;
    return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
                 token.substr(second + 1), token.substr(0, second)};
}

std::optional<JsonObject> decode_object(std::string_view encoded) {
    const auto text = mortise::base64url_decode(encoded);
    if (!text) return std::nullopt;
    try {
        Json json = mortise::parse_json(*text, most_depth);
        if (JsonObject* object = json.if_object()) return std::move(*object);
    } catch (const mortise::Error&) {
    }
    return std::nullopt;
}

std::optional<std::string_view> text_of(const JsonObject& object, std::string_view name) {
    const Json* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string_view(value->get_string());
}

// A time is a whole number of seconds. `fallback` is for a claim that is not there.
std::optional<Time> time_of(const JsonObject& object, std::string_view name, std::optional<Time> fallback) {
    const Json* value = object.if_contains(name);
    if (value == nullptr) return fallback;
    if (!value->is_int64() || value->get_int64() < 0 || value->get_int64() > last_second) return std::nullopt;
    return Time(std::chrono::seconds(value->get_int64()));
}

}  // namespace

TokenVerifier::TokenVerifier(std::vector<SharedKey> keys, TokenParties parties,
                             std::chrono::milliseconds leeway)
    : keys_(std::move(keys)), parties_(std::move(parties)), leeway_(leeway) {}

Verified TokenVerifier::verify(std::string_view token, Time now) const {
    if (token.size() > most_bytes) return {{}, "malformed"};
    const auto parts = split(token);
    if (!parts) return {{}, "malformed"};
    const auto signature = mortise::base64url_decode(parts->signature);
    if (!signature) return {{}, "malformed"};
    if (find_key(parts->header, parts->signed_text, *signature) == nullptr) return {{}, "invalid"};

    const auto payload = decode_object(parts->payload);
    if (!payload) return {{}, "malformed"};
    const auto subject = text_of(*payload, "sub");
    const auto expires_at = time_of(*payload, "exp", std::nullopt);
    const auto issued_at = time_of(*payload, "iat", Time{});
    const auto valid_from = time_of(*payload, "nbf", Time{});
    if (!subject || subject->empty() || !expires_at || !issued_at || !valid_from) return {{}, "malformed"};
    if (!is_for_us(*payload)) return {{}, "invalid"};
    if (now < *valid_from - leeway_) return {{}, "not_yet_valid"};
    Claims claims{std::string(*subject), std::string(text_of(*payload, "role").value_or("user")),
                  std::string(text_of(*payload, "sid").value_or("")), *issued_at, *expires_at};
    if (now >= ends(claims)) return {{}, "expired"};
    return {std::move(claims), {}};
}

const TokenKey* TokenVerifier::find_key(std::string_view header, std::string_view signed_text,
                                        std::string_view signature) const {
    const auto fields = decode_object(header);
    if (!fields || fields->contains("crit")) return nullptr;  // an extension we do not know must be refused
    const auto algorithm = text_of(*fields, "alg");
    const bool names_key = fields->contains("kid");
    const auto kid = text_of(*fields, "kid");
    for (const SharedKey& key : keys_) {
        if (names_key ? kid != key->kid() : !key->takes_nameless_tokens()) continue;
        if (algorithm == key->algorithm() && key->verifies(signed_text, signature)) return key.get();
    }
    return nullptr;
}

bool TokenVerifier::is_for_us(const JsonObject& payload) const {
    if (text_of(payload, "iss") != parties_.issuer) return false;
    const Json* audience = payload.if_contains("aud");
    if (audience == nullptr) return false;
    const mortise::JsonArray* several = audience->if_array();
    if (several == nullptr) return text_of(payload, "aud") == parties_.audience;
    for (const Json& one : *several)
        if (one.is_string() && std::string_view(one.get_string()) == parties_.audience) return true;
    return false;
}

}  // namespace auth
