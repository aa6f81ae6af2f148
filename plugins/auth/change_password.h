// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <boost/describe.hpp>

#include <mortise/request.h>
#include <mortise/shape.h>

#include "parts.h"

namespace auth {

struct PasswordChange {
    std::string current_password;
    std::string new_password;
};
BOOST_DESCRIBE_STRUCT(PasswordChange, (), (current_password, new_password))

/// PATCH /password: another password for who knows the present one; every other session ends.
class ChangePassword {
public:
    explicit ChangePassword(const Parts& parts) : parts_(parts) {}

    static mortise::Shape<PasswordChange> shape();
    /// 403 named wrong_password (not 401, which clients answer by refreshing their token).
    AccountView handle(const mortise::Request& request) const;

private:
    const Parts& parts_;
};

}  // namespace auth
