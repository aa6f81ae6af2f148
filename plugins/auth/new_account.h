// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <boost/describe.hpp>

#include <mortise/services/people.h>
#include <mortise/shape.h>

namespace auth {

struct NewAccount {
    std::string email;
    std::string username;  // 3 to 32 characters
    std::string password;  // from 8 characters, whatever they are
};
BOOST_DESCRIBE_STRUCT(NewAccount, (), (email, username, password))

mortise::Shape<NewAccount> new_account_shape();

/// The account this becomes, with a new id.
mortise::Person new_person(const NewAccount& wanted, std::string_view role, mortise::Time now);

/// The rules of every new password.
void describe_password(mortise::Rules& rules);

}  // namespace auth
