// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <mortise/services/database.h>

namespace mortise::service {

/// What an operator says about the database.
struct DatabaseSettings {
    /// "sqlite:data/mortise.db", "sqlite::memory:" (gone with the process, for tests) or "postgresql://…".
    std::string url = "sqlite:data/mortise.db";
    /// PostgreSQL replicas for reads that may be a moment behind; none: the primary serves them.
    std::vector<std::string> replicas;
    /// Connections kept when idle, and the most there may be (of each server).
    std::size_t pool_min = 5;
    std::size_t pool_max = 50;
    /// How long a connection above pool_min is kept without work.
    std::chrono::milliseconds idle_timeout{60'000};
    std::chrono::milliseconds connect_timeout{5'000};
    /// How long a caller waits for a free connection, or for the writer of SQLite, before it gets a 503.
    std::chrono::milliseconds wait_timeout{5'000};
    /// How long one statement may run before it is stopped and answered with a 503.
    std::chrono::milliseconds statement_timeout{30'000};
};

/// Opens the database the URL names. SQLite: the file and its folder are made. PostgreSQL: nothing is
/// connected yet, so that a server that is still starting does not matter.
/// Throws std::runtime_error with a text for the operator: unknown scheme, folder or file not writable.
std::unique_ptr<Database> open_database(const DatabaseSettings& settings);

/// The URL with its password replaced by ***, for messages.
std::string without_password(std::string_view url);

}  // namespace mortise::service
