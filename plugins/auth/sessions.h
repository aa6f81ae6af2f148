// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/request.h>
#include <mortise/services/database.h>

#include "accounts.h"
#include "refresh_token.h"
#include "settings.h"

namespace auth {

/// From where a session is used, for its owner's list.
struct Client {
    std::string user_agent;
    std::string address;
};
Client client_of(const mortise::Request& request);

/// A session as its owner sees it on the wire.
struct SessionView {
    std::string id;
    mortise::Time created_at{};
    mortise::Time last_used_at{};
    mortise::Time expires_at{};
    std::string user_agent;
    std::string address;
    bool current = false;
};
BOOST_DESCRIBE_STRUCT(SessionView, (),
                      (id, created_at, last_used_at, expires_at, user_agent, address, current))

/// A session that is over before its time; its access tokens may be about until then.
struct EndedSession {
    std::string id;
    std::string account_id;
    mortise::Time access_until{};
};
BOOST_DESCRIBE_STRUCT(EndedSession, (), (id, account_id, access_until))
using EndedSessions = std::vector<EndedSession>;

/// What became of a refresh token.
struct Renewed {
    mortise::Person person;
    RefreshToken token;
};
struct Reused {
    EndedSessions ended;  // empty when the session was over already
};
struct Unknown {};
using Refreshed = std::variant<Renewed, Reused, Unknown>;

/// The table of sessions, each with the chain of its refresh tokens. What ends sessions returns them, to be
/// announced after the commit. The functions that take a Transaction belong inside a write, after
/// Accounts::hold(); refresh() does that itself.
class Sessions {
public:
    Sessions(mortise::Database& database, SessionSettings settings)
        : database_(database), settings_(std::move(settings)) {}

    struct Opened {
        RefreshToken token;
        EndedSessions ended;  // those there was no more room for
    };
    Opened open(mortise::Transaction& tx, std::string_view account_id, const Client& client,
                mortise::Time now) const;
    /// `derivation_key` makes a token's successor. Of two nodes that renew one token at once, one writes
    /// and both answer the same.
    Refreshed refresh(mortise::Transaction& tx, const RefreshToken& token, std::string_view derivation_key,
                      mortise::Time now) const;

    static EndedSessions end(mortise::Transaction& tx, std::string_view account_id,
                             std::string_view session_id, mortise::Time now);
    /// Every session of the account but `kept` (none: empty).
    static EndedSessions end_all(mortise::Transaction& tx, std::string_view account_id, std::string_view kept,
                                 mortise::Time now);

    /// The latest used first.
    std::vector<SessionView> of_account(std::string_view account_id, std::string_view current,
                                        mortise::Time now) const;
    /// Sessions ended since then whose access tokens may still be about.
    EndedSessions ended_since(mortise::Time since, mortise::Time now) const;
    /// Deletes what nobody needs to know any more.
    void clean(mortise::Time now) const;

private:
    mortise::Database& database_;
    SessionSettings settings_;
};

}  // namespace auth
