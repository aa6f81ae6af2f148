// SPDX-License-Identifier: Apache-2.0
#include "service/database/sqlite_connection.h"

#include <cstring>
#include <stdexcept>
#include <utility>

#include "service/database/sql_text.h"
#include "service/database/sqlite_error.h"
#include "service/database/unavailable.h"

namespace mortise::service {

namespace {

using Kind = DatabaseError::Kind;

// Pragmas cannot take parameters and answer rows nobody wants.
void pragma(sqlite3* handle, const char* words) {
    if (sqlite3_exec(handle, words, nullptr, nullptr, nullptr) != SQLITE_OK)
        throw_sqlite_error(handle, words);
}

// The first process on a new file changes it to WAL; those that come at the same time are told "busy" at
// once, for SQLite does not wait here: its own patience would be a deadlock.
void enter_wal(sqlite3* handle, std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    constexpr const char* words = "PRAGMA journal_mode=WAL";
    while (true) {
        const int outcome = sqlite3_exec(handle, words, nullptr, nullptr, nullptr);
        if (outcome == SQLITE_OK) return;
        if ((outcome & 0xFF) != SQLITE_BUSY || std::chrono::steady_clock::now() > deadline)
            throw_sqlite_error(handle, words);
        sqlite3_sleep(2);
    }
}

void configure(sqlite3* handle, const SqliteConnection::Place& place, SqliteConnection::Role role) {
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, static_cast<int>(place.busy_limit.count()));
    // "text" in double quotes is a name, as in PostgreSQL, never a string.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    if (!place.in_memory && role == SqliteConnection::Role::writer) enter_wal(handle, place.busy_limit);
    pragma(handle, "PRAGMA synchronous=FULL");
    pragma(handle, "PRAGMA foreign_keys=ON");
    pragma(handle, "PRAGMA case_sensitive_like=ON");  // as in PostgreSQL
    pragma(handle, "PRAGMA temp_store=MEMORY");
    pragma(handle, "PRAGMA cache_size=-8192");
    pragma(handle, "PRAGMA journal_size_limit=67108864");
    if (role == SqliteConnection::Role::reader) pragma(handle, "PRAGMA query_only=ON");
}

// How often a running statement looks at the clock: in virtual machine steps, some tens of microseconds.
constexpr int steps_between_looks = 10'000;

}  // namespace

SqliteStatement::SqliteStatement(SqliteConnection& connection, std::string_view sql)
    : connection_(connection),
      sql_(sql),
      columns_(std::make_shared<const Columns>(std::vector<std::string>{})) {
    sqlite3* handle = connection_.handle_.get();
    sqlite3_stmt* statement = nullptr;
    const char* rest = nullptr;
    const int outcome = sqlite3_prepare_v3(handle, sql_.data(), static_cast<int>(sql_.size()) + 1,
                                           SQLITE_PREPARE_PERSISTENT, &statement, &rest);
    statement_.reset(statement);
    if (outcome != SQLITE_OK) connection_.fail(sql_);
    if (!statement || !first_word(rest).empty())
        throw DatabaseError(Kind::statement, "one statement at a time, not: " + sql_);
    changes_rows_ = changes_rows(first_word(sql_));
    name_columns();
}

SqliteStatement::~SqliteStatement() = default;

void SqliteStatement::name_columns() {
    const int count = sqlite3_column_count(statement_.get());
    std::vector<std::string> names;
    for (int place = 0; place < count; ++place)
        names.emplace_back(sqlite3_column_name(statement_.get(), place));
    cells_.assign(names.size(), Value());
    columns_ = std::make_shared<const Columns>(std::move(names));
}

void SqliteStatement::start(std::span<const Value> parameters, bool copy_text) {
    const int wanted = sqlite3_bind_parameter_count(statement_.get());
    if (static_cast<std::size_t>(wanted) != parameters.size())
        throw DatabaseError(Kind::statement, std::to_string(parameters.size()) + " values for the " +
                                                 std::to_string(wanted) + " placeholders of: " + sql_);
    int place = 0;
    for (const Value& value : parameters) bind(++place, value, copy_text);
    in_use_ = true;
    ++ticket_;
    ++connection_.runs_;
    started_ = std::chrono::steady_clock::now();
    connection_.deadline_ = started_ + connection_.statement_limit_;
}

void SqliteStatement::bind(int place, const Value& value, bool copy_text) {
    sqlite3_stmt* statement = statement_.get();
    const auto lifetime = copy_text ? SQLITE_TRANSIENT : SQLITE_STATIC;
    int outcome = SQLITE_OK;
    switch (value.type()) {
        case Value::Type::null:
            outcome = sqlite3_bind_null(statement, place);
            break;
        case Value::Type::integer:
            outcome = sqlite3_bind_int64(statement, place, value.integer());
            break;
        case Value::Type::real:
            outcome = sqlite3_bind_double(statement, place, value.real());
            break;
        case Value::Type::text:
            refuse_nul_in(value.raw());
            // A null pointer would bind NULL.
            outcome = sqlite3_bind_text64(statement, place, value.raw().data() ? value.raw().data() : "",
                                          value.raw().size(), lifetime, SQLITE_UTF8);
            break;
        case Value::Type::bytes:
            outcome = sqlite3_bind_blob64(statement, place, value.raw().data() ? value.raw().data() : "",
                                          value.raw().size(), lifetime);
            break;
    }
    if (outcome != SQLITE_OK) connection_.fail(sql_);
}

bool SqliteStatement::step() {
    const int outcome = sqlite3_step(statement_.get());
    if (outcome == SQLITE_ROW) return true;
    if (outcome == SQLITE_DONE) return false;
    try {
        connection_.fail(sql_);
    } catch (...) {
        connection_.remember_failure();
        throw;
    }
}

bool SqliteStatement::next() {
    if (!in_use_) return false;
    if (!step()) return false;
    read_cells();
    return true;
}

void SqliteStatement::read_cells() {
    sqlite3_stmt* statement = statement_.get();
    // A migration may have widened `SELECT *` since this was prepared.
    if (static_cast<std::size_t>(sqlite3_data_count(statement)) != cells_.size()) name_columns();
    const int count = static_cast<int>(cells_.size());
    for (int place = 0; place < count; ++place) {
        Value& cell = cells_[static_cast<std::size_t>(place)];
        switch (sqlite3_column_type(statement, place)) {
            case SQLITE_INTEGER:
                cell = std::int64_t{sqlite3_column_int64(statement, place)};
                break;
            case SQLITE_FLOAT:
                cell = sqlite3_column_double(statement, place);
                break;
            case SQLITE_TEXT: {
                const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, place));
                cell =
                    std::string_view(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, place)));
                break;
            }
            case SQLITE_BLOB: {
                const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(statement, place));
                cell = std::span(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, place)));
                break;
            }
            default:
                cell = Value();
                break;
        }
    }
}

std::int64_t SqliteStatement::run_to_end() {
    while (step()) {
    }
    return changes_rows_ ? sqlite3_changes64(connection_.handle_.get()) : 0;
}

void SqliteStatement::close(std::uint64_t ticket) noexcept {
    if (!in_use_ || ticket != ticket_) return;
    in_use_ = false;
    --connection_.runs_;
    connection_.meter_.statement_took(std::chrono::steady_clock::now() - started_);
    // Where rows are still to come (one() of INSERT … RETURNING) this is where deferred checks speak.
    if (sqlite3_reset(statement_.get()) == SQLITE_OK || connection_.failure_) return;
    try {
        connection_.fail(sql_);
    } catch (...) {
        connection_.remember_failure();
    }
}

SqliteConnection::SqliteConnection(const Place& place, Role role, QueryMeter& meter)
    : meter_(meter), usual_limit_(place.statement_limit), statement_limit_(place.statement_limit) {
    sqlite3* handle = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
    const int outcome = sqlite3_open_v2(place.uri.c_str(), &handle, flags, nullptr);
    handle_.reset(handle);
    try {
        if (outcome != SQLITE_OK) throw_sqlite_error(handle, {});
        configure(handle, place, role);
    } catch (const std::exception& fault) {
        throw std::runtime_error("database " + place.shown + ": " + fault.what());
    }
    if (sqlite3_db_readonly(handle, "main") == 1)
        throw std::runtime_error("database " + place.shown + ": the file is not writable");
    sqlite3_progress_handler(handle, steps_between_looks, &past_deadline, this);
}

int SqliteConnection::past_deadline(void* connection) noexcept {
    return std::chrono::steady_clock::now() > static_cast<SqliteConnection*>(connection)->deadline_ ? 1 : 0;
}

SqliteStatement& SqliteConnection::statement(std::string_view sql) {
    if (SqliteStatement* kept = statements_.find(sql)) return *kept;
    refuse_transaction_control(first_word(sql));
    return statements_.keep(std::make_unique<SqliteStatement>(*this, sql));
}

SqliteStatement& SqliteConnection::open(std::string_view sql, std::span<const Value> parameters,
                                        bool copy_text) {
    if (failure_) std::rethrow_exception(failure_);
    try {
        SqliteStatement& started = statement(sql);
        started.start(parameters, copy_text);
        return started;
    } catch (...) {
        remember_failure();
        throw;
    }
}

std::int64_t SqliteConnection::run(std::string_view sql, std::span<const Value> parameters) {
    SqliteStatement& started = open(sql, parameters, false);
    const Cursor closes_it(started);
    return started.run_to_end();
}

void SqliteConnection::script(std::string_view sql) {
    if (failure_) std::rethrow_exception(failure_);
    const std::string text(sql);
    deadline_ = std::chrono::steady_clock::now() + statement_limit_;
    try {
        for (const char* rest = text.c_str(); *rest != '\0';) rest = after_statement(rest);
    } catch (...) {
        remember_failure();
        throw;
    }
}

const char* SqliteConnection::after_statement(const char* script) {
    refuse_transaction_control(first_word(script));
    sqlite3_stmt* prepared = nullptr;
    const char* rest = nullptr;
    const int outcome = sqlite3_prepare_v2(handle_.get(), script, -1, &prepared, &rest);
    const std::unique_ptr<sqlite3_stmt, CloseSqlite> statement(prepared);
    if (outcome != SQLITE_OK) fail(script);
    if (!statement) return rest;  // blanks and comments
    int step = SQLITE_ROW;
    while (step == SQLITE_ROW) step = sqlite3_step(statement.get());
    if (step != SQLITE_DONE) fail(std::string_view(script, static_cast<std::size_t>(rest - script)));
    return rest;
}

void SqliteConnection::control(const char* words) {
    SqliteStatement* kept = controls_.find(words);
    if (!kept) kept = &controls_.keep(std::make_unique<SqliteStatement>(*this, words));
    kept->start({}, false);
    deadline_ = std::chrono::steady_clock::time_point::max();
    const Cursor closes_it(*kept);
    kept->run_to_end();
}

void SqliteConnection::begin_function() noexcept {
    failure_ = nullptr;
    statement_limit_ = usual_limit_;
}

void SqliteConnection::end_function() {
    if (runs_ > 0) statements_.each([](SqliteStatement& statement) { statement.abandon(); });
    if (const auto failure = std::exchange(failure_, nullptr)) std::rethrow_exception(failure);
    int waiting = 0;
    int unused = 0;
    // Deferred references are asked for now, while it is known whose they are: at COMMIT they would fail
    // the neighbours too.
    sqlite3_db_status(handle_.get(), SQLITE_DBSTATUS_DEFERRED_FKS, &waiting, &unused, 0);
    if (waiting != 0)
        throw DatabaseError(Kind::foreign_key, "sqlite: a deferred foreign key is not satisfied");
}

void SqliteConnection::abandon_runs() noexcept {
    if (runs_ > 0) statements_.each([](SqliteStatement& statement) { statement.abandon(); });
    failure_ = nullptr;  // it is on its way to whoever asked, and nobody else's
}

void SqliteConnection::fail(std::string_view sql) {
    meter_.statement_failed();
    throw_sqlite_error(handle_.get(), sql);
}

void SqliteConnection::remember_failure() noexcept {
    if (!failure_) failure_ = std::current_exception();
}

}  // namespace mortise::service
