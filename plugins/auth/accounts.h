// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/services/database.h>
#include <mortise/services/people.h>

namespace auth {

/// An account as its owner sees it on the wire.
struct AccountView {
    std::string id;
    std::string email;
    std::string username;
    std::string role;
    mortise::Time created_at{};
};
BOOST_DESCRIBE_STRUCT(AccountView, (), (id, email, username, role, created_at))

AccountView view_of(const mortise::Person& person);

/// An account with what its password is checked against. Deliberately not described: it can't become JSON.
struct Credentials {
    mortise::Person person;
    std::string password_hash;
};

/// A role that is another one now; access tokens with the one before may be about until it settles.
struct ChangedRole {
    std::string id;  // of the account
    std::string role;
    mortise::Time role_settles_at{};
};
BOOST_DESCRIBE_STRUCT(ChangedRole, (), (id, role, role_settles_at))

/// The table of accounts. The functions that take a Transaction belong inside a write, after hold().
class Accounts {
public:
    explicit Accounts(mortise::Database& database) : database_(database) {}

    std::optional<mortise::Person> find(std::string_view id) const;
    /// Throws Error(unauthenticated) for the id of a token whose account is gone.
    mortise::Person signed_in(std::string_view id) const;
    std::optional<Credentials> credentials(std::string_view id) const;
    /// By e-mail address (what has an '@') or username, whatever their case.
    std::optional<Credentials> credentials_of_login(std::string_view login) const;

    /// Roles changed since then that have not settled.
    std::vector<ChangedRole> roles_changed_since(mortise::Time since, mortise::Time now) const;

    /// Throws Error(conflict), named email_taken or username_taken, when that is so now; saves a hash.
    void refuse_taken(std::string_view email, std::string_view username) const;
    /// Adds an account in the same write as what `also` does. Throws like refuse_taken().
    template <class Also>
    auto add(const mortise::Person& person, std::string_view password_hash, Also also) const {
        try {
            return database_.write([&](mortise::Transaction& tx) {
                insert(tx, person, password_hash);
                return also(tx);
            });
        } catch (const mortise::DatabaseError& fault) {
            tell_taken(fault);
            throw;
        }
    }

    /// Nobody else changes this account or its sessions until the transaction is over.
    static void hold(mortise::Transaction& tx, std::string_view id);
    static std::optional<Credentials> credentials(mortise::Transaction& tx, std::string_view id);
    static void set_password_hash(mortise::Transaction& tx, std::string_view id, std::string_view hash);

private:
    static void insert(mortise::Transaction& tx, const mortise::Person& person,
                       std::string_view password_hash);
    static void tell_taken(const mortise::DatabaseError& fault);

    mortise::Database& database_;
};

/// Columns of auth_accounts in the order person_of() reads them.
inline constexpr std::string_view person_columns = "id, email, username, role, created_at, banned_at";
mortise::Person person_of(const mortise::Row& row);

}  // namespace auth
