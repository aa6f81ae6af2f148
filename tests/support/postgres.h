// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/temporary_folder.h"

namespace mortise::test {

/// A PostgreSQL server of the test's own: in a temporary folder, on a free port, gone with the test, even
/// when that is killed. It does not sync to disk: what it holds survives its own end, not the machine's.
class Postgres {
public:
    /// Makes the cluster and starts it. Throws std::runtime_error when PostgreSQL is not installed.
    Postgres();
    ~Postgres();
    Postgres(const Postgres&) = delete;
    Postgres& operator=(const Postgres&) = delete;

    /// The one of this process; started at the first call.
    static Postgres& shared();

    /// The URL of a place where there is nothing yet (a schema: a database takes half a second to make).
    std::string fresh_database();
    /// The URL of a database by name.
    std::string url_of(const std::string& database) const;
    /// Runs one statement as superuser in the database "postgres".
    void run(const std::string& sql) const;

    void start();
    /// Disconnects everybody and ends it.
    void stop();

private:
    void wait_until_it_answers() const;

    TemporaryFolder folder_;
    std::filesystem::path programs_;
    std::filesystem::path data_;
    std::string port_;
    pid_t process_ = -1;
    int databases_ = 0;
};

}  // namespace mortise::test
