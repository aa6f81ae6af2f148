// SPDX-License-Identifier: Apache-2.0
#include "login.h"

#include <mortise/error.h>

namespace auth {

using mortise::Code;
using mortise::Error;
using mortise::Request;
using mortise::Response;
using mortise::Transaction;

Login::Login(const Parts& parts) : parts_(parts) {
    const auto counter = [&](const char* result) {
        return parts.host.metrics().counter("sign_ins_total", "Attempts to sign in that were checked.",
                                            {{"result", result}});
    };
    succeeded_ = counter("success");
    wrong_ = counter("wrong");
    banned_ = counter("banned");
}

mortise::Shape<LoginAttempt> Login::shape() {
    mortise::Shape<LoginAttempt> shape;
    shape.at(&LoginAttempt::email).length(1, 254).about("The e-mail address, or the username.");
    shape.at(&LoginAttempt::password).length(1, 1024);
    return shape;
}

Response Login::handle(const Request& request) const {
    const auto& attempt = request.body<LoginAttempt>();
    parts_.lockout.refuse_locked(attempt.email, request.client_address());
    // An account that changes between the check and the entry (another sign-in renews its hash) is checked
    // again.
    for (int tries = 0; tries < 3; ++tries) {
        const auto account = parts_.accounts.credentials_of_login(attempt.email);
        const auto stored = account ? std::optional(account->password_hash) : std::nullopt;
        const auto checked = parts_.hasher.check(attempt.password, stored, request.deadline());
        if (!checked.matches) refuse_wrong(attempt, request.client_address());
        parts_.lockout.refuse_locked(attempt.email, request.client_address());
        const auto entry = enter(request, *account, checked.renewed);
        if (!entry) continue;
        parts_.standing.announce_ended(entry->opened.ended);
        parts_.lockout.forget_failures(attempt.email);
        succeeded_.add();
        return parts_.issuer.answer(entry->person, entry->opened.token);
    }
    throw Error(Code::unavailable, "The account is being changed. Try again in a moment.")
        .retry_after(std::chrono::seconds(1));
}

std::optional<Login::Entry> Login::enter(const Request& request, const Credentials& checked,
                                         const std::optional<std::string>& renewed_hash) const {
    const std::string& id = checked.person.id;
    const auto now = parts_.now();
    return parts_.host.database().write([&](Transaction& tx) -> std::optional<Entry> {
        Accounts::hold(tx, id);
        const auto account = Accounts::credentials(tx, id);
        if (!account || account->password_hash != checked.password_hash) return std::nullopt;
        if (account->person.banned_at) {
            banned_.add();
            throw Error(Code::forbidden, "This account is banned.").named("account_banned");
        }
        if (renewed_hash) Accounts::set_password_hash(tx, id, *renewed_hash);
        return Entry{account->person, parts_.sessions.open(tx, id, client_of(request), now)};
    });
}

void Login::refuse_wrong(const LoginAttempt& attempt, std::string_view address) const {
    wrong_.add();
    parts_.lockout.count_failure(attempt.email, address);
    throw Error(Code::unauthenticated, "Wrong e-mail or password.").named("wrong_credentials");
}

}  // namespace auth
