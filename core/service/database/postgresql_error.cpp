// SPDX-License-Identifier: Apache-2.0
#include "service/database/postgresql_error.h"

#include <string>

#include <mortise/services/database/error.h>

#include "service/database/unavailable.h"

namespace mortise::service {

namespace {

using Kind = DatabaseError::Kind;

std::string_view field(const PGresult* result, int name) {
    const char* text = PQresultErrorField(result, name);
    return text ? text : std::string_view();
}

// What the SQLSTATE says: https://www.postgresql.org/docs/15/errcodes-appendix.html
std::string_view state_of(const PGresult* result) {
    return field(result, PG_DIAG_SQLSTATE);
}

// 08P01 is a fault of ours in the protocol (the wrong number of values), not of the connection.
constexpr std::string_view protocol_fault = "08P01";

Kind kind_of(std::string_view state) {
    if (state == "23505") return Kind::unique;
    if (state == "23503") return Kind::foreign_key;
    if (state == "23514") return Kind::check;
    if (state == "23502") return Kind::not_null;
    if (state.starts_with("22")) return Kind::value;
    // Syntax and names, statements not allowed here (26: unknown kept statement; 25006: a read that writes).
    if (state == protocol_fault || state.starts_with("42") || state.starts_with("26") ||
        state.starts_with("25") || state.starts_with("0A"))
        return Kind::statement;
    return Kind::other;
}

bool is_away(std::string_view state) {
    if (state == protocol_fault) return false;
    return state.empty()               // libpq's own: the connection is gone
           || state.starts_with("08")  // connection
           || state.starts_with("53")  // out of connections, memory, disk
           || state.starts_with("57")  // stopped: statement limit, shutdown, starting up
           || state.starts_with("58")  // I/O
           || state.starts_with("40")  // deadlock, serialisation: after the last try
           || state == "55P03"         // lock not available in time
           || state == "25P03";        // idle in a transaction for too long
}

// "users users_email_key (email)": table, constraint, and the columns as the detail tells them.
std::string constraint_in(const PGresult* result) {
    std::string told(field(result, PG_DIAG_TABLE_NAME));
    const std::string_view name = field(result, PG_DIAG_CONSTRAINT_NAME);
    if (!name.empty()) told += (told.empty() ? "" : " ") + std::string(name);
    const std::string_view column = field(result, PG_DIAG_COLUMN_NAME);
    if (!column.empty()) told += " " + std::string(column);
    // "Key (lower(email))=(x@y) already exists.": what comes after the '=' is data and stays out.
    const std::string_view detail = field(result, PG_DIAG_MESSAGE_DETAIL);
    if (const std::size_t end = detail.find(")="); detail.starts_with("Key (") && end != detail.npos)
        told += " " + std::string(detail.substr(4, end - 3));
    return told;
}

}  // namespace

void throw_postgresql_error(const PGresult* result, std::string_view sql) {
    const std::string_view state = state_of(result);
    std::string_view message = field(result, PG_DIAG_MESSAGE_PRIMARY);
    if (message.empty()) message = PQresultErrorMessage(result);
    while (message.ends_with('\n')) message.remove_suffix(1);
    std::string text = "postgresql: " + std::string(message);
    if (!state.empty()) text += " (" + std::string(state) + ")";
    if (!sql.empty()) text += " in: " + std::string(sql);
    if (is_away(state)) throw database_unavailable(std::move(text));
    const bool constraint = state.starts_with("23");
    throw DatabaseError(kind_of(state), text, constraint ? constraint_in(result) : std::string());
}

bool is_worth_another_try(const PGresult* result) noexcept {
    const std::string_view state = state_of(result);
    if (state == "40001" || state == "40P01" || state == "26000") return true;
    // A kept `SELECT *` after a migration has changed its table.
    return state == "0A000" &&
           field(result, PG_DIAG_MESSAGE_PRIMARY).find("cached plan") != std::string_view::npos;
}

bool ends_connection(const PGresult* result) noexcept {
    const std::string_view state = state_of(result);
    if (state == protocol_fault) return false;
    return state.empty() || state.starts_with("08") || state.starts_with("57P") || state == "25P03";
}

}  // namespace mortise::service
