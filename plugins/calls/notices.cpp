// SPDX-License-Identifier: Apache-2.0
#include "notices.h"

#include <chrono>
#include <optional>

#include <mortise/id.h>
#include <mortise/services/identity.h>
#include <mortise/socket.h>

namespace calls {

using mortise::Transaction;

namespace {

constexpr auto kept = std::chrono::hours(24 * 7);

}  // namespace

void Notices::store(Transaction& tx, std::string_view user_id, const std::string* session_id,
                    std::string_view event, std::string_view payload) const {
    tx.execute(
        "INSERT INTO calls_notices (id, user_id, session_id, event, payload, created_at) VALUES (?, ?, ?, ?, "
        "?, ?)",
        mortise::new_id(), user_id,
        session_id == nullptr ? std::nullopt : std::optional<std::string_view>(*session_id), event, payload,
        parts_.clock.now());
}

void Notices::tell(mortise::Socket& socket) const {
    const auto user = socket.signed_in();
    const auto waiting = parts_.database.query(
        "SELECT id, event, payload FROM calls_notices WHERE user_id = ? AND (session_id IS NULL OR "
        "session_id = ?) "
        "ORDER BY created_at, id",
        user->id, user->session_id);
    for (const mortise::Row& row : waiting) {
        // Of two devices that connect at once, the one that removes it tells it.
        if (parts_.database.execute("DELETE FROM calls_notices WHERE id = ?", row.text("id")) == 0) continue;
        socket.emit(row.text("event"), mortise::parse_json(row.text("payload")));
    }
}

void Notices::tidy(const mortise::Job&) const {
    parts_.database.execute("DELETE FROM calls_notices WHERE created_at < ?", parts_.clock.now() - kept);
}

}  // namespace calls
