// SPDX-License-Identifier: Apache-2.0
#include "accounts.h"

#include <mortise/error.h>

#include "fold_case.h"

namespace auth {

namespace {

using mortise::Code;
using mortise::Database;
using mortise::Error;
using mortise::Person;
using mortise::Row;
using mortise::Time;
using mortise::Transaction;

constexpr const char* select_by_id =
    "SELECT id, email, username, role, created_at, banned_at, password_hash FROM auth_accounts WHERE id = ?";
constexpr const char* select_by_email =
    "SELECT id, email, username, role, created_at, banned_at, password_hash FROM auth_accounts WHERE "
    "email_key = ?";
constexpr const char* select_by_username =
    "SELECT id, email, username, role, created_at, banned_at, password_hash FROM auth_accounts WHERE "
    "username_key = ?";

std::optional<Credentials> credentials_from(const std::optional<mortise::OwnedRow>& row) {
    if (!row) return std::nullopt;
    return Credentials{person_of(*row), std::string(row->text(6))};
}

[[noreturn]] void refuse_email() {
    throw Error(Code::conflict, "There is an account with this e-mail address.").named("email_taken");
}

[[noreturn]] void refuse_name() {
    throw Error(Code::conflict, "This username is taken.").named("username_taken");
}

}  // namespace

AccountView view_of(const Person& person) {
    return {person.id, person.email, person.username, person.role, person.created_at};
}

Person person_of(const Row& row) {
    return {std::string(row.text(0)),
            std::string(row.text(1)),
            std::string(row.text(2)),
            std::string(row.text(3)),
            row.time(4),
            row.get<std::optional<Time>>(5)};
}

std::optional<Person> Accounts::find(std::string_view id) const {
    auto found = credentials(id);
    if (!found) return std::nullopt;
    return std::move(found->person);
}

Person Accounts::signed_in(std::string_view id) const {
    auto found = find(id);
    if (!found) throw Error(Code::unauthenticated, "This account is gone.");
    return std::move(*found);
}

std::optional<Credentials> Accounts::credentials(std::string_view id) const {
    return credentials_from(database_.one(select_by_id, id));
}

std::optional<Credentials> Accounts::credentials_of_login(std::string_view login) const {
    const bool is_email = login.find('@') != std::string_view::npos;
    return credentials_from(database_.one(is_email ? select_by_email : select_by_username, fold_case(login)));
}

std::vector<ChangedRole> Accounts::roles_changed_since(Time since, Time now) const {
    return database_.query_as<ChangedRole>(
        "SELECT id, role, role_settles_at FROM auth_accounts WHERE role_changed_at >= ? AND role_settles_at "
        "> ?",
        since, now);
}

void Accounts::refuse_taken(std::string_view email, std::string_view username) const {
    if (database_.one("SELECT 1 FROM auth_accounts WHERE email_key = ?", fold_case(email))) refuse_email();
    if (database_.one("SELECT 1 FROM auth_accounts WHERE username_key = ?", fold_case(username)))
        refuse_name();
}

void Accounts::hold(Transaction& tx, std::string_view id) {
    tx.lock("auth:account:" + std::string(id));
}

std::optional<Credentials> Accounts::credentials(Transaction& tx, std::string_view id) {
    return credentials_from(tx.one(select_by_id, id));
}

void Accounts::set_password_hash(Transaction& tx, std::string_view id, std::string_view hash) {
    tx.execute("UPDATE auth_accounts SET password_hash = ? WHERE id = ?", hash, id);
}

void Accounts::insert(Transaction& tx, const Person& person, std::string_view password_hash) {
    tx.execute(
        "INSERT INTO auth_accounts (id, email, email_key, username, username_key, role, password_hash, "
        "created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        person.id, person.email, fold_case(person.email), person.username, fold_case(person.username),
        person.role, password_hash, person.created_at);
}

void Accounts::tell_taken(const mortise::DatabaseError& fault) {
    if (fault.is_duplicate_of("email")) refuse_email();
    if (fault.is_duplicate_of("username")) refuse_name();
}

}  // namespace auth
