// SPDX-License-Identifier: Apache-2.0
#include "key_ring.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include <mortise/base64.h>

#include "digest.h"
#include "es256_key.h"
#include "hs256_key.h"

namespace auth {

namespace {

// Two nodes that start together both make a key; the database keeps one and both read that.
template <class Make>
std::string shared_key(mortise::Database& database, const mortise::Clock& clock, std::string_view purpose,
                       Make make) {
    const auto find = [&] {
        return database.one("SELECT material FROM auth_keys WHERE purpose = ?", purpose);
    };
    auto found = find();
    if (!found) {
        database.execute(
            "INSERT INTO auth_keys (purpose, material, created_at) VALUES (?, ?, ?) ON CONFLICT (purpose) DO "
            "NOTHING",
            purpose, make(), clock.now());
        found = find();
    }
    if (!found)
        throw std::runtime_error("the key for " + std::string(purpose) + " vanished from the database");
    return std::string(found->text(0));
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("access_token.key_file " + path + " cannot be read");
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string key_set(const std::vector<SharedKey>& keys) {
    mortise::JsonArray shown;
    for (const SharedKey& key : keys)
        if (auto jwk = key->public_jwk()) shown.push_back(std::move(*jwk));
    return mortise::to_text(mortise::JsonObject{{"keys", std::move(shown)}});
}

}  // namespace

void KeyRing::load(mortise::Database& database, const mortise::Clock& clock) {
    const auto encoded =
        shared_key(database, clock, "derivation", [] { return mortise::base64url_encode(random_key()); });
    const auto derivation_key = mortise::base64url_decode(encoded);
    if (!derivation_key) throw std::runtime_error("the derivation key in the database is damaged");
    derivation_key_ = *derivation_key;
    const auto keys = load_signing_keys(database, clock);
    public_keys_ = key_set(keys);
    signer_.emplace(keys.front(), settings_.parties);
    verifier_.emplace(keys, settings_.parties, settings_.leeway);
}

std::vector<SharedKey> KeyRing::load_signing_keys(mortise::Database& database,
                                                  const mortise::Clock& clock) const {
    std::vector<SharedKey> keys;
    if (settings_.is_hs256) {
        for (const std::string& secret : settings_.secrets)
            keys.push_back(std::make_shared<const Hs256Key>(secret));
    } else if (!settings_.key_file.empty()) {
        keys.push_back(Es256Key::from_pem(read_file(settings_.key_file)));
    } else {
        keys.push_back(
            Es256Key::from_pem(shared_key(database, clock, "signing", [] { return Es256Key::make_pem(); })));
    }
    return keys;
}

}  // namespace auth
