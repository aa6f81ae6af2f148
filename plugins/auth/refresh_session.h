// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <boost/describe.hpp>

#include <mortise/request.h>
#include <mortise/response.h>
#include <mortise/services/metrics.h>
#include <mortise/shape.h>

#include "parts.h"

namespace auth {

struct RefreshRequest {
    std::optional<std::string> refresh_token;  // absent: from the cookie
};
BOOST_DESCRIBE_STRUCT(RefreshRequest, (), (refresh_token))

/// POST /refresh: new tokens for a refresh token. A token that was used before gets the same successor for a
/// while (two tabs, a lost answer); after that it is taken for stolen and its session ends.
class RefreshSession {
public:
    explicit RefreshSession(const Parts& parts);

    static mortise::Shape<RefreshRequest> shape();
    /// 401 named invalid_refresh_token for all that is not accepted.
    mortise::Response handle(const mortise::Request& request) const;

private:
    std::optional<RefreshToken> token_of(const mortise::Request& request) const;
    void end_stolen(const RefreshToken& token, const Reused& reused) const;

    const Parts& parts_;
    mortise::Counter reuses_;
};

}  // namespace auth
