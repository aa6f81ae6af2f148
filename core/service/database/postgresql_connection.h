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

#include <libpq-fe.h>

#include <mortise/services/database.h>

#include "service/database/postgresql_parameters.h"
#include "service/database/postgresql_statement.h"
#include "service/database/query_meter.h"
#include "service/database/statement_cache.h"

namespace mortise::service {

/// One connection to one server; used by one thread at a time. No wait on it is without limit.
///
/// It stays in libpq's pipeline mode: BEGIN, the preparing of a statement and its first run go in one round
/// trip, and the COMMIT of a read is not waited for.
class PostgresqlConnection {
public:
    struct Place {
        std::string url;
        std::string shown;  ///< the URL without its password
        std::chrono::milliseconds connect_limit{5'000};
        std::chrono::milliseconds statement_limit{30'000};
    };
    enum class Access { read, write };

    /// Connects. Throws mortise::Error (unavailable).
    PostgresqlConnection(const Place& place, QueryMeter& meter);
    ~PostgresqlConnection();

    /// Starts a function's work; with `transaction` a BEGIN goes before its first statement.
    void begin_function(Access access, bool transaction);
    /// Throws what went wrong in the function, even if it caught that.
    void end_function();
    /// Makes the changes stand; nothing to do when no statement was run.
    void commit();
    /// Ends what is still open; of a write nothing is kept. Does not wait for the server.
    void leave() noexcept;

    PostgresqlStatement& open(std::string_view sql, std::span<const Value> parameters);
    std::int64_t run(std::string_view sql, std::span<const Value> parameters);
    void script(std::string_view sql);
    void limit_statements(std::chrono::milliseconds limit);

    /// Asks the socket, not the server: false when the server has closed it.
    bool usable() noexcept;
    bool broken() const noexcept { return broken_; }
    /// Running the function again may help, and cannot do its work twice.
    bool worth_another_try() const noexcept { return worth_another_try_ || (lost_ && !may_have_committed_); }

private:
    using Clock = std::chrono::steady_clock;
    struct Finish {
        void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
    };

    void connect(const Place& place);
    void set_up_session();
    PostgresqlStatement& statement(std::string_view sql);
    void see_that_it_reads(const PostgresqlStatement& statement);
    ResultHandle exchange(PostgresqlStatement& statement, std::span<const Value> parameters);

    // Sending. Each command put into the pipeline has its number in the answer.
    int put_due_words();
    int put_words(const std::string& words);
    void put_statement(PostgresqlStatement& statement, std::span<const Value> parameters);
    void put(int accepted);
    void send();

    // Receiving.
    /// Reads to the pipeline's next sync point. The last result; throws the first error.
    ResultHandle receive(std::string_view sql, PostgresqlStatement* preparing = nullptr,
                         int preparing_at = -1);
    ResultHandle receive_plain(std::string_view sql);
    void read_what_is_unread();
    ResultHandle next_result();
    void wait_until(short events);

    [[noreturn]] void lose();
    [[noreturn]] void fail(const PGresult* result, std::string_view sql);
    void remember_failure() noexcept;
    bool in_transaction() const noexcept;

    QueryMeter& meter_;
    const std::string shown_;
    const std::chrono::milliseconds usual_limit_;
    std::unique_ptr<PGconn, Finish> connection_;
    std::chrono::milliseconds statement_limit_;
    Clock::time_point deadline_;
    std::exception_ptr failure_;
    Access access_ = Access::read;
    bool begin_is_due_ = false;
    bool limit_is_due_ = false;
    bool broken_ = false;
    bool lost_ = false;
    bool may_have_committed_ = false;
    bool worth_another_try_ = false;
    int unread_syncs_ = 0;
    std::uint64_t statement_count_ = 0;
    PostgresqlParameters parameters_;
    std::vector<std::string> forgotten_;  // statements the server may drop
    StatementCache<PostgresqlStatement> statements_{256};
};

}  // namespace mortise::service
