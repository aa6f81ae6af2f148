// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/request.h>
#include <mortise/response.h>

#include "new_account.h"
#include "parts.h"

namespace auth {

/// POST /register: a new account, signed in at once.
class RegisterAccount {
public:
    explicit RegisterAccount(const Parts& parts);

    /// 409 named email_taken or username_taken; 403 named registration_closed.
    mortise::Response handle(const mortise::Request& request) const;

private:
    const Parts& parts_;
    bool is_open_;
};

}  // namespace auth
