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

struct LoginAttempt {
    std::string email;  // or the username
    std::string password;
};
BOOST_DESCRIBE_STRUCT(LoginAttempt, (), (email, password))

/// POST /login: a new session for who knows the password. An unknown login and a wrong password are one
/// answer, in text and in time.
class Login {
public:
    explicit Login(const Parts& parts);

    static mortise::Shape<LoginAttempt> shape();
    /// 401 named wrong_credentials; 403 named account_banned, only to who knows the password; 429 named
    /// too_many_attempts; 503 named sign_in_busy.
    mortise::Response handle(const mortise::Request& request) const;

private:
    struct Entry {
        mortise::Person person;
        Sessions::Opened opened;
    };
    /// Nothing when the account has changed since it was read.
    std::optional<Entry> enter(const mortise::Request& request, const Credentials& checked,
                               const std::optional<std::string>& renewed_hash) const;
    void refuse_wrong(const LoginAttempt& attempt, std::string_view address) const;

    const Parts& parts_;
    mortise::Counter succeeded_, wrong_, banned_;
};

}  // namespace auth
