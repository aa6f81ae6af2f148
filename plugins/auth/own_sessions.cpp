// SPDX-License-Identifier: Apache-2.0
#include "own_sessions.h"

#include <mortise/error.h>
#include <mortise/services/identity.h>

namespace auth {

using mortise::Request;
using mortise::Response;
using mortise::Transaction;

Response OwnSessions::log_out(const Request& request) const {
    const mortise::User& user = request.signed_in();
    const auto now = parts_.now();
    parts_.standing.announce_ended(parts_.host.database().write([&](Transaction& tx) {
        Accounts::hold(tx, user.id);
        return Sessions::end(tx, user.id, user.session_id, now);
    }));
    return goodbye();
}

Response OwnSessions::log_out_everywhere(const Request& request) const {
    const mortise::User& user = request.signed_in();
    const auto now = parts_.now();
    parts_.standing.announce_ended(parts_.host.database().write([&](Transaction& tx) {
        Accounts::hold(tx, user.id);
        return Sessions::end_all(tx, user.id, "", now);
    }));
    return goodbye();
}

mortise::Page<SessionView> OwnSessions::list(const Request& request) const {
    const mortise::User& user = request.signed_in();
    mortise::Page<SessionView> page;
    page.data = parts_.sessions.of_account(user.id, user.session_id, parts_.now());
    return page;
}

void OwnSessions::end(const Request& request) const {
    const mortise::User& user = request.signed_in();
    const auto now = parts_.now();
    const EndedSessions ended = parts_.host.database().write([&](Transaction& tx) {
        Accounts::hold(tx, user.id);
        return Sessions::end(tx, user.id, request.param("id"), now);
    });
    if (ended.empty()) throw mortise::Error(mortise::Code::not_found, "There is no such session.");
    parts_.standing.announce_ended(ended);
}

Response OwnSessions::goodbye() const {
    auto response = Response::empty();
    parts_.cookies.clear(response);
    return response;
}

}  // namespace auth
