// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <libpq-fe.h>

namespace mortise::service {

/// Throws what a failed result means: DatabaseError, or mortise::Error (unavailable) when the server is
/// going away, full, or stopped the statement at its limit. `sql` is told in the text.
[[noreturn]] void throw_postgresql_error(const PGresult* result, std::string_view sql);

/// True when the same transaction may well succeed if run again: deadlock, serialisation, a replica's
/// conflict with its primary, a kept statement the server has forgotten.
bool is_worth_another_try(const PGresult* result) noexcept;

/// True when the connection is of no more use after this.
bool ends_connection(const PGresult* result) noexcept;

}  // namespace mortise::service
