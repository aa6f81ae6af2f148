// SPDX-License-Identifier: Apache-2.0
#include "password_hasher.h"

#include <mortise/id.h>

namespace auth {

void PasswordHasher::start() {
    nobodys_hash_ = hash_password(mortise::new_id(), cost_);
    pool_.start();
}

std::string PasswordHasher::hash(std::string_view password, Deadline deadline) const {
    std::string hashed;
    pool_.run([&] { hashed = hash_password(password, cost_); }, deadline);
    return hashed;
}

PasswordHasher::Outcome PasswordHasher::check(std::string_view password,
                                              const std::optional<std::string>& stored,
                                              Deadline deadline) const {
    Outcome outcome;
    pool_.run(
        [&] {
            const bool matches = matches_password(password, stored.value_or(nobodys_hash_));
            outcome.matches = matches && stored;
            if (outcome.matches && is_outdated(*stored, cost_))
                outcome.renewed = hash_password(password, cost_);
        },
        deadline);
    return outcome;
}

}  // namespace auth
