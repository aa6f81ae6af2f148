// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <sqlite3.h>

namespace mortise::service {

/// Throws what a failed call means: DatabaseError, or mortise::Error (unavailable) when SQLite is busy, was
/// interrupted at the statement's limit, or cannot use its file. `sql` is told in the text.
[[noreturn]] void throw_sqlite_error(sqlite3* handle, std::string_view sql);

}  // namespace mortise::service
