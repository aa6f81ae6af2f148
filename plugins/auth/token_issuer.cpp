// SPDX-License-Identifier: Apache-2.0
#include "token_issuer.h"

#include <mortise/write_json.h>

namespace auth {

mortise::Response TokenIssuer::answer(const mortise::Person& person,
                                      const RefreshToken& refresh_token) const {
    const auto now = clock_.now();
    const SignedIn signed_in{view_of(person),
                             keys_.signer().sign({person.id, person.role, refresh_token.session_id(), now,
                                                  now + access_lifetime_}),
                             refresh_token.text(),
                             std::chrono::floor<std::chrono::seconds>(access_lifetime_).count()};
    auto response = mortise::Response::json_text(mortise::to_json_text(signed_in));
    response.set_header("cache-control", "no-store");
    cookies_.set(response, signed_in.access_token, signed_in.refresh_token, refresh_token.session_id());
    return response;
}

}  // namespace auth
