// SPDX-License-Identifier: Apache-2.0
#include "backends.h"

#include <stdexcept>

#include "support/postgres.h"

namespace mortise::test {

FreshDatabase::FreshDatabase(const std::string& backend) {
    if (backend == "sqlite in memory") {
        settings.url = "sqlite::memory:";
    } else if (backend == "sqlite file") {
        settings.url = "sqlite:" + (folder.path() / "test.db").string();
    } else if (backend == "postgresql") {
        settings.url = Postgres::shared().fresh_database();
    } else {
        throw std::runtime_error("no backend is called " + backend);
    }
    reopen();
}

void FreshDatabase::reopen() {
    opened.reset();
    opened = service::open_database(settings);
}

}  // namespace mortise::test
