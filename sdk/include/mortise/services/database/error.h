// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include <mortise/export.h>

namespace mortise {

/// The database refused a statement. Uncaught it becomes a 500 and its text goes to the log only.
///
/// A database that is away, full of waiting work or too slow is told differently, so that a handler need
/// not think of it: mortise::Error with Code::unavailable, named "database_unavailable", with Retry-After.
class MORTISE_API DatabaseError : public std::runtime_error {
public:
    enum class Kind {
        unique,       ///< a row with this key is already there
        foreign_key,  ///< the row it points to is not there, or rows still point to it
        check,        ///< a CHECK refused the row
        not_null,     ///< a column that must have a value has none
        value,        ///< a value does not fit its column, or a result is not what was asked for
        statement,    ///< the SQL itself: syntax, unknown table, a read that writes
        other,
    };

    DatabaseError(Kind kind, const std::string& text, std::string constraint = {});
    ~DatabaseError() override;
    DatabaseError(const DatabaseError&);
    DatabaseError& operator=(const DatabaseError&);

    Kind kind() const noexcept { return kind_; }
    /// What was violated, in the backend's own words: "users.email" or an index name (SQLite),
    /// "users users_email_key (email)" (PostgreSQL). Empty when the database did not say.
    const std::string& constraint() const noexcept { return constraint_; }
    /// True when a unique key whose name or columns contain `word` was violated, on every backend:
    /// `if (error.is_duplicate_of("email")) throw Error(Code::conflict, "This e-mail is taken.");`
    /// `word` is snake_case and matches whole words ("email" is in "users_email_key", not in "emails").
    bool is_duplicate_of(std::string_view word) const noexcept;

private:
    Kind kind_;
    std::string constraint_;
};

}  // namespace mortise
