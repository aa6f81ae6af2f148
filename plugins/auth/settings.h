// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <mortise/options.h>

#include "claims.h"
#include "password_hash.h"

namespace auth {

using Duration = std::chrono::milliseconds;

struct AccessTokenSettings {
    explicit AccessTokenSettings(const mortise::Options& options);

    Duration lifetime;
    bool is_hs256;
    std::string key_file;              // empty: the key is in the database
    std::vector<std::string> secrets;  // of HS256, the one that signs first
    TokenParties parties;
    Duration leeway;
    std::size_t cached;
};

struct SessionSettings {
    explicit SessionSettings(const mortise::Options& options);

    Duration lifetime;
    Duration grace;
    Duration access_span;  // how long an access token may be about: its lifetime and the leeway
    std::size_t most_per_account;
};

struct PasswordSettings {
    explicit PasswordSettings(const mortise::Options& options);

    HashCost cost;
    std::size_t threads;
    std::size_t queue;
};

struct ResetSettings {
    explicit ResetSettings(const mortise::Options& options);

    Duration lifetime;
    std::string url;
    std::string subject;
};

struct CookieSettings {
    explicit CookieSettings(const mortise::Options& options);

    bool enabled;
    std::string same_site;
    bool secure;
    std::string domain;
    std::string refresh_path;
};

}  // namespace auth
