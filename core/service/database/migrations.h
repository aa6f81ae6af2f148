// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <mortise/services/database.h>

namespace mortise::service {

/// Where one plugin keeps its migrations: 0001_<what>.sql for both backends, or 0001_<what>.sqlite.sql and
/// 0001_<what>.postgresql.sql. Numbers begin at 0001 and have no gaps. A folder that is not there is empty.
struct MigrationFolder {
    std::string plugin;
    std::filesystem::path folder;
};

/// One file, named as its plugin and its number and words: "tasks", "0001_tasks".
struct Migration {
    std::string plugin;
    std::string name;
    bool operator==(const Migration&) const = default;
};

/// Applies what is missing, folder by folder in the order given, file by file, each in a transaction of its
/// own; what was applied. Several nodes may start at once: each migration is applied by one of them.
///
/// Throws std::runtime_error for the operator, before anything is changed, when a migration that was applied
/// has changed or is gone, or a file is named wrongly; and when a migration fails, which then leaves no
/// trace.
std::vector<Migration> migrate(Database& database, const std::vector<MigrationFolder>& folders);

/// What migrate() would apply. Throws as it does; changes nothing.
std::vector<Migration> pending(Database& database, const std::vector<MigrationFolder>& folders);

}  // namespace mortise::service
