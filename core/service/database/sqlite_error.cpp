// SPDX-License-Identifier: Apache-2.0
#include "service/database/sqlite_error.h"

#include <string>

#include <mortise/services/database/error.h>

#include "service/database/unavailable.h"

namespace mortise::service {

namespace {

using Kind = DatabaseError::Kind;

Kind kind_of(int extended_code) {
    switch (extended_code) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID:
            return Kind::unique;
        case SQLITE_CONSTRAINT_FOREIGNKEY:
            return Kind::foreign_key;
        case SQLITE_CONSTRAINT_CHECK:
            return Kind::check;
        case SQLITE_CONSTRAINT_NOTNULL:
            return Kind::not_null;
        default:
            break;
    }
    switch (extended_code & 0xff) {
        case SQLITE_MISMATCH:
        case SQLITE_TOOBIG:
            return Kind::value;
        case SQLITE_ERROR:
        case SQLITE_RANGE:
        case SQLITE_AUTH:
        case SQLITE_READONLY:
            return Kind::statement;  // a reader's connection is query_only
        default:
            return Kind::other;
    }
}

bool is_away(int code) {
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_INTERRUPT:
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_PROTOCOL:
        case SQLITE_NOMEM:
            return true;
        default:
            return false;
    }
}

// "UNIQUE constraint failed: users.email" names it after the colon.
std::string constraint_in(std::string_view message) {
    const std::size_t colon = message.find("failed: ");
    return colon == message.npos ? std::string() : std::string(message.substr(colon + 8));
}

}  // namespace

void throw_sqlite_error(sqlite3* handle, std::string_view sql) {
    const int code = sqlite3_extended_errcode(handle);
    const std::string message = sqlite3_errmsg(handle);
    std::string text = "sqlite: " + message;
    if (!sql.empty()) text += " in: " + std::string(sql);
    if (is_away(code)) throw database_unavailable(std::move(text));
    const bool constraint = (code & 0xff) == SQLITE_CONSTRAINT;
    throw DatabaseError(kind_of(code), text, constraint ? constraint_in(message) : std::string());
}

}  // namespace mortise::service
