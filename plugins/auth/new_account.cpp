// SPDX-License-Identifier: Apache-2.0
#include "new_account.h"

#include <mortise/id.h>

#include "fold_case.h"

namespace auth {

mortise::Shape<NewAccount> new_account_shape() {
    mortise::Shape<NewAccount> shape;
    shape.at(&NewAccount::email).email().about("Compared without regard to case.");
    shape.at(&NewAccount::username)
        .length(3, 32)
        .check("bad_username", refuse_username)
        .about("Shown to others; compared without regard to case.");
    describe_password(shape.at(&NewAccount::password));
    return shape;
}

mortise::Person new_person(const NewAccount& wanted, std::string_view role, mortise::Time now) {
    return {mortise::new_id(), wanted.email, wanted.username, std::string(role), now, std::nullopt};
}

void describe_password(mortise::Rules& rules) {
    rules.length(8, 1024).about("Any characters; long is better than complicated.");
}

}  // namespace auth
