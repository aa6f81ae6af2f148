// SPDX-License-Identifier: Apache-2.0
// What Database costs beside the raw library with kept statements: select by key, list of 20, insert.
#include <libpq-fe.h>
#include <sqlite3.h>

#include <atomic>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <mortise/id.h>

#include "service/database/database.h"
#include "side_by_side.h"
#include "support/postgres.h"
#include "support/temporary_folder.h"

using namespace mortise;
using bench::Pair;

namespace {

struct Task {
    std::string id;
    std::string title;
    std::string description;
    std::int64_t version = 0;
    std::optional<Time> due_date;
};
BOOST_DESCRIBE_STRUCT(Task, (), (id, title, description, version, due_date))

constexpr int row_count = 20'000;
constexpr const char* by_key = "SELECT id, title, description, version, due_date FROM tasks WHERE id = ?";
constexpr const char* list =
    "SELECT id, title, description, version, due_date FROM tasks WHERE owner = ? ORDER BY id LIMIT 20";
constexpr const char* insert =
    "INSERT INTO tasks (id, owner, title, description, version, due_date) VALUES (?, ?, ?, ?, ?, ?)";
const std::string description(120, 'd');

std::string key(int number) {
    return "0190f3c2-7c5e-7000-8000-" + std::to_string(100'000'000'000 + number);
}
std::string owner(int number) {
    return "owner-" + std::to_string(number / 50);
}

void fill(Database& db) {
    db.write([](Transaction& tx) {
        tx.script(
            "CREATE TABLE tasks (id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, description "
            "TEXT NOT NULL, version BIGINT NOT NULL, due_date BIGINT); "
            "CREATE INDEX tasks_by_owner ON tasks (owner, id);");
        for (int number = 0; number < row_count; ++number)
            tx.execute(insert, key(number), owner(number), "A title of usual length", description, number,
                       Time{std::chrono::milliseconds{number}});
    });
}

// The same work with the C API, a statement kept, and the same pragmas.
class RawSqlite {
public:
    explicit RawSqlite(const std::string& path) {
        if (sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) !=
            SQLITE_OK)
            throw std::runtime_error("cannot open " + path);
        sqlite3_busy_timeout(handle_, 5000);
        sqlite3_exec(handle_, "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-8192",
                     nullptr, nullptr, nullptr);
        by_key_ = prepare(by_key);
        list_ = prepare(list);
        insert_ = prepare(insert);
        begin_ = prepare("BEGIN");
        commit_ = prepare("COMMIT");
    }
    ~RawSqlite() {
        for (sqlite3_stmt* statement : {by_key_, list_, insert_, begin_, commit_})
            sqlite3_finalize(statement);
        sqlite3_close(handle_);
    }
    RawSqlite(const RawSqlite&) = delete;
    RawSqlite& operator=(const RawSqlite&) = delete;

    void begin() { run(begin_); }
    void commit() { run(commit_); }
    Task select(const std::string& id) {
        bind(by_key_, 1, id);
        sqlite3_step(by_key_);
        Task task = read(by_key_);
        sqlite3_reset(by_key_);
        return task;
    }
    std::vector<Task> select_list(const std::string& whose) {
        std::vector<Task> tasks;
        bind(list_, 1, whose);
        while (sqlite3_step(list_) == SQLITE_ROW) tasks.push_back(read(list_));
        sqlite3_reset(list_);
        return tasks;
    }
    void add(const std::string& id) {
        bind(insert_, 1, id);
        bind(insert_, 2, "owner-new");
        bind(insert_, 3, "A title of usual length");
        bind(insert_, 4, description);
        sqlite3_bind_int64(insert_, 5, 1);
        sqlite3_bind_null(insert_, 6);
        if (sqlite3_step(insert_) != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(handle_));
        sqlite3_reset(insert_);
    }

private:
    sqlite3_stmt* prepare(const char* sql) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
            throw std::runtime_error(sqlite3_errmsg(handle_));
        return statement;
    }
    static void run(sqlite3_stmt* statement) {
        sqlite3_step(statement);
        sqlite3_reset(statement);
    }
    static void bind(sqlite3_stmt* statement, int place, std::string_view text) {
        sqlite3_bind_text64(statement, place, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    static std::string text(sqlite3_stmt* statement, int column) {
        return {reinterpret_cast<const char*>(sqlite3_column_text(statement, column)),
                static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
    }
    static Task read(sqlite3_stmt* statement) {
        Task task{text(statement, 0),
                  text(statement, 1),
                  text(statement, 2),
                  sqlite3_column_int64(statement, 3),
                  {}};
        if (sqlite3_column_type(statement, 4) != SQLITE_NULL)
            task.due_date = Time{std::chrono::milliseconds{sqlite3_column_int64(statement, 4)}};
        return task;
    }

    sqlite3* handle_ = nullptr;
    sqlite3_stmt* by_key_ = nullptr;
    sqlite3_stmt* list_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
    sqlite3_stmt* begin_ = nullptr;
    sqlite3_stmt* commit_ = nullptr;
};

// The same work with libpq as its manual shows it: PQprepare once, PQexecPrepared.
class RawPostgresql {
public:
    explicit RawPostgresql(const std::string& url) : connection_(PQconnectdb(url.c_str()), &PQfinish) {
        prepare("begin", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        prepare("commit", "COMMIT");
        prepare("by_key", "SELECT id, title, description, version, due_date FROM tasks WHERE id = $1");
        prepare("list",
                "SELECT id, title, description, version, due_date FROM tasks WHERE owner = $1 ORDER BY id "
                "LIMIT 20");
        prepare("insert",
                "INSERT INTO tasks (id, owner, title, description, version, due_date) VALUES ($1, $2, $3, "
                "$4, $5, $6)");
    }

    void begin() { run("begin", {}, PGRES_COMMAND_OK); }
    void commit() { run("commit", {}, PGRES_COMMAND_OK); }
    Task select(const std::string& id) { return read(run("by_key", {id.c_str()}, PGRES_TUPLES_OK).get(), 0); }
    std::vector<Task> select_list(const std::string& whose) {
        const Result result = run("list", {whose.c_str()}, PGRES_TUPLES_OK);
        std::vector<Task> tasks;
        for (int row = 0; row < PQntuples(result.get()); ++row) tasks.push_back(read(result.get(), row));
        return tasks;
    }
    void add(const std::string& id) {
        run("insert", {id.c_str(), "owner-new", "A title of usual length", description.c_str(), "1", nullptr},
            PGRES_COMMAND_OK);
    }

private:
    using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;
    void prepare(const char* name, const char* sql) {
        const Result result(PQprepare(connection_.get(), name, sql, 0, nullptr), &PQclear);
        if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
            throw std::runtime_error(PQerrorMessage(connection_.get()));
    }
    Result run(const char* name, const std::vector<const char*>& values, ExecStatusType wanted) {
        Result result(PQexecPrepared(connection_.get(), name, static_cast<int>(values.size()), values.data(),
                                     nullptr, nullptr, 0),
                      &PQclear);
        if (PQresultStatus(result.get()) != wanted)
            throw std::runtime_error(PQerrorMessage(connection_.get()));
        return result;
    }
    static std::int64_t integer(const PGresult* result, int row, int column) {
        std::int64_t value = 0;
        const char* text = PQgetvalue(result, row, column);
        std::from_chars(text, text + PQgetlength(result, row, column), value);
        return value;
    }
    static std::string text(const PGresult* result, int row, int column) {
        return {PQgetvalue(result, row, column), static_cast<std::size_t>(PQgetlength(result, row, column))};
    }
    static Task read(const PGresult* result, int row) {
        Task task{
            text(result, row, 0), text(result, row, 1), text(result, row, 2), integer(result, row, 3), {}};
        if (!PQgetisnull(result, row, 4))
            task.due_date = Time{std::chrono::milliseconds{integer(result, row, 4)}};
        return task;
    }

    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

template <class Raw>
void reads(const std::string& backend, Raw& raw, Database& db, int calls) {
    int raw_at = 0;
    int ours_at = 0;
    const auto next = [](int& at) { return at = (at + 7919) % row_count; };
    bench::run({backend + ": select by key, as a struct", [&] { raw.select(key(next(raw_at))); },
                [&] { db.one_as<Task>(by_key, key(next(ours_at))); }},
               401, calls);
    bench::run({backend + ": select by key, as a row", [&] { raw.select(key(next(raw_at))); },
                [&] { db.one(by_key, key(next(ours_at)))->text("title"); }},
               401, calls);
    bench::run({backend + ": list of 20, as structs", [&] { raw.select_list(owner(next(raw_at))); },
                [&] { db.query_as<Task>(list, owner(next(ours_at))); }},
               401, calls / 4);
    bench::run(
        {backend + ": BEGIN, select by key, COMMIT; read()",
         [&] {
             raw.begin();
             raw.select(key(next(raw_at)));
             raw.commit();
         },
         [&] { db.read([&](Reader& reader) { return reader.one_as<Task>(by_key, key(next(ours_at))); }); }},
        401, calls);
}

template <class Raw>
void inserts(const std::string& name, Raw& raw, Database& db, int calls) {
    bench::run({name, [&] { raw.add(new_id()); },
                [&] {
                    db.execute(insert, new_id(), "owner-new", "A title of usual length", description, 1,
                               std::nullopt);
                }},
               401, calls);
}

// Inserts a second by eight threads: each with a connection of its own, and through one Database.
template <class MakeRaw>
void together(const std::string& name, MakeRaw make_raw, Database& db) {
    const auto rate = [](auto make_insert) {
        std::atomic<bool> over{false};
        std::atomic<int> done{0};
        std::vector<std::thread> threads;
        const auto start = std::chrono::steady_clock::now();
        for (int thread = 0; thread < 8; ++thread)
            threads.emplace_back([&] {
                auto add = make_insert();
                for (; !over; ++done) add();
            });
        std::this_thread::sleep_for(std::chrono::seconds{1});
        over = true;
        for (std::thread& thread : threads) thread.join();
        return done / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    std::vector<double> raw;
    std::vector<double> ours;
    for (int turn = 0; turn < 3; ++turn) {
        raw.push_back(rate([&] { return [own = make_raw()] { own->add(new_id()); }; }));
        ours.push_back(rate([&] {
            return [&] {
                db.execute(insert, new_id(), "owner-new", "A title of usual length", description, 1,
                           std::nullopt);
            };
        }));
    }
    std::printf("%-52s %8.0f/s %8.0f/s %7.2f\n", name.c_str(), bench::quantile(raw, 0.5),
                bench::quantile(ours, 0.5), bench::quantile(ours, 0.5) / bench::quantile(raw, 0.5));
}

void sqlite_inserts(const std::string& where, const std::filesystem::path& folder, int calls) {
    const auto open = [&](const char* name) {
        service::DatabaseSettings settings;
        settings.url = "sqlite:" + (folder / name).string();
        auto db = service::open_database(settings);
        fill(*db);
        return db;
    };
    const auto own = open("ours.db");
    open("raw.db");
    RawSqlite raw((folder / "raw.db").string());
    inserts("sqlite: insert, " + where, raw, *own, calls);
    together(
        "sqlite: inserts by 8 threads, " + where,
        [&] { return std::make_unique<RawSqlite>((folder / "raw.db").string()); }, *own);
}

}  // namespace

int main() {
    bench::print_heading();
    {
        const test::TemporaryFolder folder;
        service::DatabaseSettings settings;
        settings.url = "sqlite:" + (folder.path() / "read.db").string();
        const auto db = service::open_database(settings);
        fill(*db);
        RawSqlite raw((folder.path() / "read.db").string());
        reads("sqlite", raw, *db, 80);
        sqlite_inserts("synced to disk", folder.path(), 5);
    }
    ::setenv("TMPDIR", "/dev/shm", 1);
    {
        const test::TemporaryFolder memory;
        sqlite_inserts("file in memory", memory.path(), 40);
    }
    ::unsetenv("TMPDIR");
    {
        service::DatabaseSettings settings;
        settings.url = test::Postgres::shared().fresh_database();
        const auto db = service::open_database(settings);
        fill(*db);
        RawPostgresql raw(settings.url);
        reads("postgresql", raw, *db, 20);
        inserts("postgresql: insert, not synced", raw, *db, 10);
        together(
            "postgresql: inserts by 8 threads, not synced",
            [&] { return std::make_unique<RawPostgresql>(settings.url); }, *db);
    }
}
