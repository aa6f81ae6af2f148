// SPDX-License-Identifier: Apache-2.0
#include "change_password.h"

#include <mortise/error.h>
#include <mortise/services/identity.h>

#include "new_account.h"

namespace auth {

using mortise::Code;
using mortise::Error;
using mortise::Transaction;

mortise::Shape<PasswordChange> ChangePassword::shape() {
    mortise::Shape<PasswordChange> shape;
    shape.at(&PasswordChange::current_password).length(1, 1024);
    describe_password(shape.at(&PasswordChange::new_password));
    return shape;
}

AccountView ChangePassword::handle(const mortise::Request& request) const {
    const auto& change = request.body<PasswordChange>();
    const mortise::User& user = request.signed_in();
    const auto account = parts_.accounts.credentials(user.id);
    if (!account) throw Error(Code::unauthenticated, "This account is gone.");

    // Guesses here count like guesses at the login.
    const std::string& login = account->person.email;
    parts_.lockout.refuse_locked(login, request.client_address());
    if (!parts_.hasher.check(change.current_password, account->password_hash, request.deadline()).matches) {
        parts_.lockout.count_failure(login, request.client_address());
        throw Error(Code::forbidden, "The present password is another one.").named("wrong_password");
    }
    parts_.lockout.refuse_locked(login, request.client_address());

    const std::string hash = parts_.hasher.hash(change.new_password, request.deadline());
    const auto now = parts_.now();
    parts_.standing.announce_ended(parts_.host.database().write([&](Transaction& tx) {
        Accounts::hold(tx, user.id);
        Accounts::set_password_hash(tx, user.id, hash);
        return Sessions::end_all(tx, user.id, user.session_id, now);
    }));
    return view_of(account->person);
}

}  // namespace auth
