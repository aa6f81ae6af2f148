// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <boost/describe.hpp>

#include <mortise/request.h>
#include <mortise/response.h>
#include <mortise/services/jobs.h>
#include <mortise/shape.h>

#include "parts.h"

namespace auth {

struct ForgottenPassword {
    std::string email;
};
BOOST_DESCRIBE_STRUCT(ForgottenPassword, (), (email))

struct PasswordReset {
    std::string token;  // from the message
    std::string password;
};
BOOST_DESCRIBE_STRUCT(PasswordReset, (), (token, password))

/// Forgotten passwords: a message with a token, and the token for a new password. The request for a message
/// only adds a job, so that its answer and its time are the same for addresses nobody has.
class ResetPassword {
public:
    /// The job that writes the message.
    static constexpr const char* job = "auth.forgotten_password";

    explicit ResetPassword(const Parts& parts);

    static mortise::Shape<ForgottenPassword> forgotten_shape();
    static mortise::Shape<PasswordReset> reset_shape();

    /// POST /forgot-password: always 202.
    mortise::Response ask(const mortise::Request& request) const;
    void send_message(const mortise::Job& job) const;
    /// POST /reset-password: 204, and every session ends. 422 named invalid_reset_token, also for one that
    /// was used or is too old.
    void reset(const mortise::Request& request) const;
    /// Deletes tokens that are too old.
    void clean() const;

private:
    mortise::Person owner_of(std::string_view token_hash) const;
    std::string message_text(std::string_view token) const;

    const Parts& parts_;
    ResetSettings settings_;
};

}  // namespace auth
