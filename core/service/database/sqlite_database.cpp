// SPDX-License-Identifier: Apache-2.0
#include "service/database/sqlite_database.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include "service/database/nesting.h"
#include "service/database/query_meter.h"
#include "service/database/sqlite_connection.h"
#include "service/database/sqlite_session.h"
#include "service/database/sqlite_writer.h"
#include "service/database/unavailable.h"
#include "service/pool.h"

namespace mortise::service {

namespace {

class SqliteDatabase final : public Database {
public:
    SqliteDatabase(const SqliteConnection::Place& place, const DatabaseSettings& settings)
        : writer_(this, place, settings.wait_timeout, meter_),
          readers_(reader_limits(settings), [this, place] {
              return std::make_unique<SqliteConnection>(place, SqliteConnection::Role::reader, meter_);
          }) {}

    Dialect dialect() const noexcept override { return Dialect::sqlite; }

    DatabaseFigures figures() const override {
        DatabaseFigures figures;
        meter_.read_into(figures);
        writer_.read_into(figures);
        readers_.read_into(figures);
        return figures;
    }

private:
    void run_read(Reading, Scope scope, Work<Reader> work) override {
        NestingGuard::refuse_inside(this);
        const auto connection = readers_.take();
        SqliteReader reader(*connection);
        connection->begin_function();
        const ReadTransaction ends_with_this(*connection, scope);
        const NestingGuard inside(this);
        work(reader);
    }

    void run_write(Scope, Work<Transaction> work) override {
        NestingGuard::refuse_inside(this);
        writer_.run(work);
    }

    // A single statement is a snapshot by itself.
    class ReadTransaction {
    public:
        ReadTransaction(SqliteConnection& connection, Scope scope) : connection_(connection) {
            if (scope == Scope::transaction) connection_.control("BEGIN");
        }
        ~ReadTransaction() {
            connection_.abandon_runs();
            try {
                if (connection_.in_transaction()) connection_.control("COMMIT");
            } catch (...) {
                // Nothing was written; what went wrong the next BEGIN on this connection tells.
            }
        }
        ReadTransaction(const ReadTransaction&) = delete;
        ReadTransaction& operator=(const ReadTransaction&) = delete;

    private:
        SqliteConnection& connection_;
    };

    // Reads are bound by the processor, so more connections than this would only cost memory.
    static PoolLimits reader_limits(const DatabaseSettings& settings) {
        const std::size_t useful = std::max<std::size_t>(4, 2 * std::thread::hardware_concurrency());
        PoolLimits limits;
        limits.max = std::clamp<std::size_t>(useful, 1, std::max<std::size_t>(1, settings.pool_max));
        limits.min = std::min(settings.pool_min, limits.max);
        limits.idle_time = settings.idle_timeout;
        limits.wait = settings.wait_timeout;
        limits.unavailable = &database_unavailable;
        return limits;
    }

    QueryMeter meter_;
    SqliteWriter writer_;  // opened first: it makes the file
    Pool<SqliteConnection> readers_;
};

// A URI keeps '?' and '#' in file names from meaning something.
std::string uri_of(const std::filesystem::path& path) {
    std::string uri = "file:";
    for (const char character : std::filesystem::absolute(path).string()) {
        if (character == '%')
            uri += "%25";
        else if (character == '?')
            uri += "%3f";
        else if (character == '#')
            uri += "%23";
        else
            uri += character;
    }
    return uri;
}

// The file holds password hashes and signing keys: it is made for its owner alone, and SQLite gives the
// files beside it the same mode.
void make_file(const std::filesystem::path& path) {
    std::error_code fault;
    const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
    std::filesystem::create_directories(folder, fault);
    if (fault)
        throw std::runtime_error("database " + path.string() + ": cannot make the folder " + folder.string() +
                                 ": " + fault.message());
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        throw std::runtime_error("database " + path.string() + ": " +
                                 std::error_code(errno, std::generic_category()).message());
    ::close(file);
}

}  // namespace

std::unique_ptr<Database> open_sqlite(std::string_view path, const DatabaseSettings& settings) {
    SqliteConnection::Place place;
    place.busy_limit = settings.wait_timeout;
    place.statement_limit = settings.statement_timeout;
    if (path == ":memory:") {
        static std::atomic<int> opened{0};
        place.in_memory = true;
        place.uri = "file:/mortise-" + std::to_string(++opened) + "?vfs=memdb";
        place.shown = "in memory";
    } else {
        if (path.starts_with("//")) path.remove_prefix(2);
        if (path.empty())
            throw std::runtime_error("database: 'sqlite:' needs a path, as in sqlite:data/mortise.db");
        make_file(path);
        place.uri = uri_of(path);
        place.shown = path;
    }
    return std::make_unique<SqliteDatabase>(place, settings);
}

}  // namespace mortise::service
