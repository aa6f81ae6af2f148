// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/host.h>
#include <mortise/network.h>
#include <mortise/options.h>
#include <mortise/services/store.h>

namespace auth {

/// Slows down those who try passwords: after some failures an account is locked for a while, and a client's
/// address. Accounts count by the login as it was typed, whether or not anybody has it, so that a lock tells
/// nothing. Attempts that were under way when the lock fell get no answer either: guesses in parallel gain
/// nothing.
///
/// Kept in the Store, so all nodes count together. While the store is away nothing is locked; the hashing
/// threads are then the only brake.
class Lockout {
public:
    Lockout(mortise::Host& host, const mortise::Options& options);

    /// Throws Error(rate_limited, named "too_many_attempts", with Retry-After) while the account or the
    /// address is locked: before a password is checked, and again when it was right.
    void refuse_locked(std::string_view login, std::string_view address) const;
    /// Counts one more failure.
    void count_failure(std::string_view login, std::string_view address) const;
    /// The right password was given: the account's failures are forgotten, the address's are not.
    void forget_failures(std::string_view login) const;

private:
    struct Rule {
        std::int64_t failures;
        mortise::Store::Milliseconds lock;
    };

    void count(const std::string& subject, const Rule& rule) const;
    std::optional<std::string> address_subject(std::string_view address) const;
    template <class Ask>
    void asking_store(Ask ask) const;

    mortise::Host& host_;
    Rule account_;
    Rule address_;
    mortise::Store::Milliseconds window_;
    std::vector<mortise::Network> exempt_;
};

}  // namespace auth
