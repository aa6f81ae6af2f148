// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace mortise::service {

/// `?` and `?3` as PostgreSQL's `$n`, outside literals, quoted names, comments and dollar quotes. A plain
/// `?` gets the number after the largest so far, as in SQLite.
std::string with_numbered_placeholders(std::string_view sql);

/// The first word of a statement in upper case, after blanks and comments: "SELECT"; empty when none.
std::string first_word(std::string_view sql);

/// Throws DatabaseError (statement) for what would end or leave the transaction around a function:
/// BEGIN, COMMIT, SAVEPOINT, ATTACH, PRAGMA … `word` is first_word() of the statement.
void refuse_transaction_control(std::string_view word);

/// Throws mortise::Error (unprocessable) for text with U+0000, which PostgreSQL cannot keep.
void refuse_nul_in(std::string_view text);

/// True for the words of statements that change rows and tell how many: INSERT, UPDATE, DELETE …
bool changes_rows(std::string_view word) noexcept;

}  // namespace mortise::service
