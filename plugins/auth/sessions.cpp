// SPDX-License-Identifier: Apache-2.0
#include "sessions.h"

#include <algorithm>

#include <mortise/id.h>

namespace auth {

namespace {

using mortise::Time;
using mortise::Transaction;

// A session older than this many refreshes is not asked whether a token was once its own: at the default
// lifetimes that is six weeks, and the walk stays under 3 ms.
constexpr std::uint32_t longest_walk = 4096;

struct Chain {
    std::string account_id;
    std::uint32_t generation = 0;
    std::string refresh_hash;
    Time rotated_at{};
    Time expires_at{};
    std::optional<Time> ended_at;
};
BOOST_DESCRIBE_STRUCT(Chain, (), (account_id, generation, refresh_hash, rotated_at, expires_at, ended_at))

std::optional<Chain> find_chain(Transaction& tx, std::string_view session_id) {
    return tx.one_as<Chain>(
        "SELECT account_id, generation, refresh_hash, rotated_at, expires_at, ended_at "
        "FROM auth_sessions WHERE id = ?",
        session_id);
}

// Whether the token is an earlier one of this chain: its successors end in the newest.
bool leads_to_newest(RefreshToken token, const Chain& chain, std::string_view derivation_key) {
    if (token.generation() >= chain.generation || chain.generation - token.generation() > longest_walk)
        return false;
    while (token.generation() < chain.generation) token = token.successor(derivation_key);
    return token.hash() == chain.refresh_hash;
}

std::string printable(std::string_view text, std::size_t most) {
    std::string kept(text.substr(0, most));
    std::replace_if(
        kept.begin(), kept.end(), [](char character) { return character < ' ' || character > '~'; }, '?');
    return kept;
}

}  // namespace

Client client_of(const mortise::Request& request) {
    return {printable(request.header("user-agent"), 200), std::string(request.client_address())};
}

Sessions::Opened Sessions::open(Transaction& tx, std::string_view account_id, const Client& client,
                                Time now) const {
    Opened opened{RefreshToken::make(mortise::new_id()), {}};
    const auto unused_longest = tx.rows(
        "SELECT id FROM auth_sessions WHERE account_id = ? AND ended_at IS NULL AND expires_at > ? "
        "ORDER BY rotated_at DESC, id DESC LIMIT 100 OFFSET ?",
        account_id, now, settings_.most_per_account - 1);
    for (const mortise::Row& session : unused_longest) {
        EndedSessions ended = end(tx, account_id, session.text(0), now);
        std::move(ended.begin(), ended.end(), std::back_inserter(opened.ended));
    }
    tx.execute(
        "INSERT INTO auth_sessions (id, account_id, generation, refresh_hash, created_at, rotated_at, "
        "expires_at, "
        "access_until, user_agent, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        opened.token.session_id(), account_id, opened.token.generation(), opened.token.hash(), now, now,
        now + settings_.lifetime, now + settings_.access_span, client.user_agent, client.address);
    return opened;
}

Refreshed Sessions::refresh(Transaction& tx, const RefreshToken& token, std::string_view derivation_key,
                            Time now) const {
    const auto found = find_chain(tx, token.session_id());
    if (!found) return Unknown{};
    Accounts::hold(tx, found->account_id);
    const auto chain = find_chain(tx, token.session_id());  // as it stands now that nobody else changes it
    const auto account = Accounts::credentials(tx, found->account_id);
    if (!chain || !account || chain->ended_at || chain->expires_at <= now) return Unknown{};

    RefreshToken successor = token.successor(derivation_key);
    if (token.generation() == chain->generation && token.hash() == chain->refresh_hash) {
        tx.execute(
            "UPDATE auth_sessions SET generation = ?, refresh_hash = ?, rotated_at = ?, expires_at = ?, "
            "access_until = ? WHERE id = ?",
            successor.generation(), successor.hash(), now, now + settings_.lifetime,
            now + settings_.access_span, token.session_id());
        return Renewed{account->person, std::move(successor)};
    }
    if (successor.generation() == chain->generation && successor.hash() == chain->refresh_hash &&
        now <= chain->rotated_at + settings_.grace) {
        tx.execute("UPDATE auth_sessions SET access_until = ? WHERE id = ?", now + settings_.access_span,
                   token.session_id());
        return Renewed{account->person, std::move(successor)};
    }
    if (!leads_to_newest(token, *chain, derivation_key)) return Unknown{};
    return Reused{end(tx, chain->account_id, token.session_id(), now)};
}

EndedSessions Sessions::end(Transaction& tx, std::string_view account_id, std::string_view session_id,
                            Time now) {
    return tx.query_as<EndedSession>(
        "UPDATE auth_sessions SET ended_at = ? WHERE id = ? AND account_id = ? AND ended_at IS NULL "
        "RETURNING id, account_id, access_until",
        now, session_id, account_id);
}

EndedSessions Sessions::end_all(Transaction& tx, std::string_view account_id, std::string_view kept,
                                Time now) {
    return tx.query_as<EndedSession>(
        "UPDATE auth_sessions SET ended_at = ? WHERE account_id = ? AND id <> ? AND ended_at IS NULL "
        "RETURNING id, account_id, access_until",
        now, account_id, kept);
}

std::vector<SessionView> Sessions::of_account(std::string_view account_id, std::string_view current,
                                              Time now) const {
    const auto rows = database_.query(
        "SELECT id, created_at, rotated_at, expires_at, user_agent, address FROM auth_sessions "
        "WHERE account_id = ? AND ended_at IS NULL AND expires_at > ? ORDER BY rotated_at DESC, id DESC",
        account_id, now);
    std::vector<SessionView> sessions;
    for (const mortise::Row& row : rows)
        sessions.push_back({std::string(row.text(0)), row.time(1), row.time(2), row.time(3),
                            std::string(row.text(4)), std::string(row.text(5)), row.text(0) == current});
    return sessions;
}

EndedSessions Sessions::ended_since(Time since, Time now) const {
    return database_.query_as<EndedSession>(
        "SELECT id, account_id, access_until FROM auth_sessions WHERE ended_at >= ? AND access_until > ?",
        since, now);
}

void Sessions::clean(Time now) const {
    database_.execute("DELETE FROM auth_sessions WHERE expires_at <= ? AND access_until <= ?", now, now);
    database_.execute("DELETE FROM auth_sessions WHERE ended_at IS NOT NULL AND access_until <= ?", now);
}

}  // namespace auth
