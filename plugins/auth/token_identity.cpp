// SPDX-License-Identifier: Apache-2.0
#include "token_identity.h"

#include <exception>

#include <mortise/text.h>

namespace auth {

namespace {

using mortise::Identified;
using mortise::User;

// What follows "Bearer "; nothing for another scheme.
std::optional<std::string_view> bearer(std::string_view authorization) {
    const std::string_view scheme = mortise::take_until(authorization, ' ');
    if (!mortise::equals_ignoring_case(scheme, "bearer")) return std::nullopt;
    return mortise::trim(authorization);
}

}  // namespace

Identified TokenIdentity::identify(const mortise::Request& request) const {
    if (request.has_header("authorization")) {
        const auto token = bearer(request.header("authorization"));
        return token ? identify_token(*token) : Identified{};
    }
    const auto token = cookies_.access_token(request);
    if (!token || token->empty()) return {};
    Identified found = identify_token(*token);
    if (found.user && !cookies_.is_from_our_page(request, found.user->session_id)) return {nullptr, "csrf"};
    return found;
}

Identified TokenIdentity::identify_token(std::string_view token) const {
    try {
        return check(token);
    } catch (const std::exception&) {
        return {nullptr, "malformed"};  // no memory: nobody is let in for that
    }
}

Identified TokenIdentity::check(std::string_view token) const {
    if (!keys_.is_loaded()) return {nullptr, "invalid"};
    const auto now = clock_.now();
    Identified found{cache_.find(token)};
    if (!found.user) found = verify(token, now);
    if (!found.user) return found;
    if (now >= found.user->expires_at) return {nullptr, "expired"};
    if (revocations_.is_ended(found.user->session_id)) return {nullptr, "revoked"};
    if (auto role = revocations_.role_of(found.user->id); role && *role != found.user->role) {
        auto changed = std::make_shared<User>(*found.user);
        changed->role = std::move(*role);
        found.user = std::move(changed);
    }
    return found;
}

Identified TokenIdentity::verify(std::string_view token, mortise::Time now) const {
    Verified verified = keys_.verifier().verify(token, now);
    if (!verified.claims) return {nullptr, verified.fault};
    Claims& claims = *verified.claims;
    auto user =
        std::make_shared<const User>(User{std::move(claims.account_id), std::move(claims.role),
                                          std::move(claims.session_id), keys_.verifier().ends(claims)});
    cache_.keep(token, user);
    return {std::move(user)};
}

}  // namespace auth
