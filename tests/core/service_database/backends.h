// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "service/database/database.h"
#include "support/temporary_folder.h"

namespace mortise::test {

/// An empty database of its own for one test, on the backend named.
struct FreshDatabase {
    explicit FreshDatabase(const std::string& backend);

    TemporaryFolder folder;
    service::DatabaseSettings settings;
    std::unique_ptr<Database> opened;

    Database& operator*() const { return *opened; }
    Database* operator->() const { return opened.get(); }
    /// Closes it and opens it again with the present settings.
    void reopen();
};

}  // namespace mortise::test

/// The suite is run once for each: `const FreshDatabase db(EACH_BACKEND);`
#define EACH_BACKEND GENERATE(as<std::string>{}, "sqlite in memory", "sqlite file", "postgresql")
/// The backends whose data outlives the process that wrote it.
#define EACH_DURABLE_BACKEND GENERATE(as<std::string>{}, "sqlite file", "postgresql")
