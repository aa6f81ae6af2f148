// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sqlite3.h>

#include <mortise/services/database.h>

#include "service/database/query_meter.h"
#include "service/database/statement_cache.h"

namespace mortise::service {

struct CloseSqlite {
    void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};

class SqliteConnection;

/// A prepared statement that is kept, and the rows of its present run.
class SqliteStatement final : public RowSource {
public:
    SqliteStatement(SqliteConnection& connection, std::string_view sql);
    ~SqliteStatement() override;

    void start(std::span<const Value> parameters, bool copy_text);
    /// Steps to the end; the number of rows changed.
    std::int64_t run_to_end();

    bool next() override;
    void close(std::uint64_t ticket) noexcept override;
    std::uint64_t ticket() const noexcept override { return ticket_; }
    const Value* cells() const noexcept override { return cells_.data(); }
    const std::shared_ptr<const Columns>& columns() const noexcept override { return columns_; }

    std::string_view sql() const noexcept { return sql_; }
    bool in_use() const noexcept { return in_use_; }
    /// Ends the present run, whoever still holds its cursor.
    void abandon() noexcept { close(ticket_); }

private:
    void bind(int place, const Value& value, bool copy_text);
    bool step();
    void name_columns();
    void read_cells();

    SqliteConnection& connection_;
    std::string sql_;
    std::unique_ptr<sqlite3_stmt, CloseSqlite> statement_;
    bool changes_rows_ = false;
    bool in_use_ = false;
    std::uint64_t ticket_ = 0;
    std::chrono::steady_clock::time_point started_;
    std::vector<Value> cells_;
    std::shared_ptr<const Columns> columns_;
};

/// One open handle on the file; used by one thread at a time.
class SqliteConnection {
public:
    enum class Role { reader, writer };
    struct Place {
        std::string uri;    ///< for sqlite3_open_v2
        std::string shown;  ///< for messages
        bool in_memory = false;
        std::chrono::milliseconds busy_limit{5'000};
        std::chrono::milliseconds statement_limit{30'000};
    };

    /// Throws std::runtime_error with a text for the operator.
    SqliteConnection(const Place& place, Role role, QueryMeter& meter);

    /// A running query. Throws the first failure again when this transaction has already failed.
    SqliteStatement& open(std::string_view sql, std::span<const Value> parameters, bool copy_text);
    std::int64_t run(std::string_view sql, std::span<const Value> parameters);
    void script(std::string_view sql);
    /// One of the server's own words (BEGIN IMMEDIATE, COMMIT …), past the checks plugins' SQL goes through.
    void control(const char* words);

    /// Forgets the last function's failure and its statement limit.
    void begin_function() noexcept;
    /// Ends every run a function has left open; throws what went wrong in it, even if it caught that.
    void end_function();
    /// Ends every run without asking.
    void abandon_runs() noexcept;
    void limit_statements(std::chrono::milliseconds limit) noexcept { statement_limit_ = limit; }
    bool in_transaction() const noexcept { return sqlite3_get_autocommit(handle_.get()) == 0; }

    bool usable() const noexcept { return true; }
    bool broken() const noexcept { return false; }

private:
    friend class SqliteStatement;
    SqliteStatement& statement(std::string_view sql);
    /// Runs the first statement of a script; where the next one begins.
    const char* after_statement(const char* script);
    /// Throws what the handle says.
    [[noreturn]] void fail(std::string_view sql);
    /// Keeps the exception being handled as this function's failure, unless it has one.
    void remember_failure() noexcept;
    static int past_deadline(void* connection) noexcept;

    QueryMeter& meter_;
    std::unique_ptr<sqlite3, CloseSqlite> handle_;
    std::chrono::milliseconds usual_limit_;
    std::chrono::milliseconds statement_limit_;
    std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
    std::exception_ptr failure_;
    std::size_t runs_ = 0;  // statements between start and close
    StatementCache<SqliteStatement> statements_{256};
    StatementCache<SqliteStatement> controls_{16};
};

}  // namespace mortise::service
