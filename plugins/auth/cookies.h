// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <mortise/request.h>
#include <mortise/response.h>

#include "key_ring.h"
#include "settings.h"

namespace auth {

/// Tokens as cookies, for browsers. Scripts can read the CSRF token only; a request that changes something
/// must repeat it in X-CSRF-Token, which another site's page can't.
class Cookies {
public:
    Cookies(CookieSettings settings, Duration access_lifetime, Duration refresh_lifetime, const KeyRing& keys)
        : settings_(std::move(settings)),
          access_lifetime_(access_lifetime),
          refresh_lifetime_(refresh_lifetime),
          keys_(keys) {}

    /// Does nothing unless cookies are enabled; nor does clear().
    void set(mortise::Response& response, std::string_view access_token, std::string_view refresh_token,
             std::string_view session_id) const;
    void clear(mortise::Response& response) const;

    /// Nothing when there is none, or cookies are not enabled.
    std::optional<std::string_view> access_token(const mortise::Request& request) const;
    std::optional<std::string_view> refresh_token(const mortise::Request& request) const;

    /// Whether the request only reads, or proves that a page of ours sent it.
    bool is_from_our_page(const mortise::Request& request, std::string_view session_id) const;

private:
    std::optional<std::string_view> read(const mortise::Request& request, std::string_view name) const;
    std::string cookie(std::string_view name, std::string_view value, std::string_view path,
                       Duration lifetime, bool for_scripts) const;
    std::string csrf_token(std::string_view session_id) const;

    CookieSettings settings_;
    Duration access_lifetime_;
    Duration refresh_lifetime_;
    const KeyRing& keys_;
};

}  // namespace auth
