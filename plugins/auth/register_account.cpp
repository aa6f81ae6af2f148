// SPDX-License-Identifier: Apache-2.0
#include "register_account.h"

#include <mortise/error.h>

namespace auth {

using mortise::Request;
using mortise::Response;
using mortise::Transaction;

RegisterAccount::RegisterAccount(const Parts& parts)
    : parts_(parts), is_open_(parts.host.options().flag("registration")) {}

Response RegisterAccount::handle(const Request& request) const {
    if (!is_open_)
        throw mortise::Error(mortise::Code::forbidden, "New accounts are made by an administrator here.")
            .named("registration_closed");
    const auto& wanted = request.body<NewAccount>();
    parts_.accounts.refuse_taken(wanted.email, wanted.username);
    const std::string hash = parts_.hasher.hash(wanted.password, request.deadline());
    const mortise::Person person = new_person(wanted, parts_.roles.front(), parts_.now());
    const auto opened = parts_.accounts.add(person, hash, [&](Transaction& tx) {
        return parts_.sessions.open(tx, person.id, client_of(request), person.created_at);
    });
    return parts_.issuer.answer(person, opened.token);
}

}  // namespace auth
