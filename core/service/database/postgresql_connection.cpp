// SPDX-License-Identifier: Apache-2.0
#include "service/database/postgresql_connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "service/database/postgresql_error.h"
#include "service/database/sql_text.h"
#include "service/database/unavailable.h"

namespace mortise::service {

namespace {

using Kind = DatabaseError::Kind;

// The server stops a statement at its limit and says so; only a server that says nothing meets ours.
constexpr std::chrono::seconds grace{2};
constexpr std::chrono::seconds short_wait{1};

std::string setting(std::string_view name, std::chrono::milliseconds limit) {
    return std::string(name) + " = " + std::to_string(limit.count());
}

bool is_error(const PGresult* result) {
    switch (PQresultStatus(result)) {
        case PGRES_COMMAND_OK:
        case PGRES_TUPLES_OK:
        case PGRES_EMPTY_QUERY:
        case PGRES_PIPELINE_SYNC:
        case PGRES_PIPELINE_ABORTED:
            return false;
        default:
            return true;
    }
}

}  // namespace

PostgresqlConnection::PostgresqlConnection(const Place& place, QueryMeter& meter)
    : meter_(meter),
      shown_(place.shown),
      usual_limit_(place.statement_limit),
      statement_limit_(place.statement_limit) {
    connect(place);
    set_up_session();
}

PostgresqlConnection::~PostgresqlConnection() = default;

void PostgresqlConnection::connect(const Place& place) {
    deadline_ = Clock::now() + place.connect_limit;
    constexpr std::array keywords{"dbname", "fallback_application_name", "client_encoding",
                                  static_cast<const char*>(nullptr)};
    const std::array values{place.url.c_str(), "mortise", "UTF8", static_cast<const char*>(nullptr)};
    connection_.reset(PQconnectStartParams(keywords.data(), values.data(), 1));
    PGconn* const connection = connection_.get();
    if (!connection) throw std::bad_alloc();
    PostgresPollingStatusType progress = PGRES_POLLING_WRITING;
    while (PQstatus(connection) != CONNECTION_BAD && progress != PGRES_POLLING_OK) {
        if (progress == PGRES_POLLING_FAILED) break;
        wait_until(progress == PGRES_POLLING_READING ? POLLIN : POLLOUT);
        progress = PQconnectPoll(connection);
    }
    if (PQstatus(connection) != CONNECTION_OK) lose();
    PQsetNoticeProcessor(
        connection, [](void*, const char*) {}, nullptr);
}

void PostgresqlConnection::set_up_session() {
    PGconn* const connection = connection_.get();
    deadline_ = Clock::now() + usual_limit_;
    const std::string words = "SET bytea_output = hex; SET " + setting("statement_timeout", usual_limit_) +
                              "; SET " + setting("idle_in_transaction_session_timeout", usual_limit_);
    put(PQsetnonblocking(connection, 1) == 0);
    put(PQsendQuery(connection, words.c_str()));
    send();
    receive_plain({});
    put(PQenterPipelineMode(connection));
}

void PostgresqlConnection::begin_function(Access access, bool transaction) {
    failure_ = nullptr;
    access_ = access;
    begin_is_due_ = transaction;
    limit_is_due_ = false;
    may_have_committed_ = false;
    worth_another_try_ = false;
    statement_limit_ = usual_limit_;
}

void PostgresqlConnection::end_function() {
    statements_.each([](PostgresqlStatement& statement) { statement.abandon(); });
    if (failure_) std::rethrow_exception(failure_);
}

void PostgresqlConnection::commit() {
    begin_is_due_ = false;
    if (!in_transaction()) return;
    read_what_is_unread();
    deadline_ = Clock::now() + usual_limit_ + grace;
    may_have_committed_ = true;
    put_words("COMMIT");
    send();
    const ResultHandle result = receive("COMMIT");
    if (std::string_view(PQcmdStatus(result.get())) != "COMMIT")
        throw DatabaseError(Kind::other, "postgresql: the transaction was rolled back at COMMIT");
}

void PostgresqlConnection::leave() noexcept {
    begin_is_due_ = false;
    statements_.each([](PostgresqlStatement& statement) { statement.abandon(); });
    failure_ = nullptr;  // it is on its way to whoever asked, and nobody else's
    if (broken_ || !in_transaction()) return;
    try {
        deadline_ = Clock::now() + short_wait;
        put_words(access_ == Access::read ? "COMMIT" : "ROLLBACK");
        send();
        ++unread_syncs_;
    } catch (...) {
        broken_ = true;
    }
}

bool PostgresqlConnection::in_transaction() const noexcept {
    const PGTransactionStatusType status = PQtransactionStatus(connection_.get());
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

PostgresqlStatement& PostgresqlConnection::statement(std::string_view sql) {
    if (PostgresqlStatement* kept = statements_.find(sql)) return *kept;
    auto fresh =
        std::make_unique<PostgresqlStatement>("m" + std::to_string(++statement_count_), sql, forgotten_);
    refuse_transaction_control(fresh->first_word());
    return statements_.keep(std::move(fresh));
}

// Inside a transaction the server sees to it; a single statement has none around it.
void PostgresqlConnection::see_that_it_reads(const PostgresqlStatement& statement) {
    const std::string_view word = statement.first_word();
    if (word == "SELECT" || word == "VALUES" || word == "TABLE" || word == "EXPLAIN" || word == "SHOW")
        return;
    if (!in_transaction()) begin_is_due_ = true;
}

PostgresqlStatement& PostgresqlConnection::open(std::string_view sql, std::span<const Value> parameters) {
    if (failure_) std::rethrow_exception(failure_);
    const auto started = Clock::now();
    try {
        PostgresqlStatement& opened = statement(sql);
        if (access_ == Access::read) see_that_it_reads(opened);
        opened.start(exchange(opened, parameters));
        meter_.statement_took(Clock::now() - started);
        return opened;
    } catch (...) {
        meter_.statement_took(Clock::now() - started);
        meter_.statement_failed();
        remember_failure();
        throw;
    }
}

std::int64_t PostgresqlConnection::run(std::string_view sql, std::span<const Value> parameters) {
    PostgresqlStatement& done = open(sql, parameters);
    const Cursor closes_it(done);
    return done.changed();
}

ResultHandle PostgresqlConnection::exchange(PostgresqlStatement& statement,
                                            std::span<const Value> parameters) {
    read_what_is_unread();
    deadline_ = Clock::now() + statement_limit_ + grace;
    try {
        if (access_ == Access::write && !begin_is_due_ && !in_transaction()) may_have_committed_ = true;
        const int words = put_due_words();
        PostgresqlStatement* const preparing = statement.is_prepared() ? nullptr : &statement;
        put_statement(statement, parameters);
        send();
        return receive(statement.sql(), preparing, words);
    } catch (...) {
        if (worth_another_try_) statement.set_prepared(false);  // the server may have forgotten it
        if (!statement.is_prepared()) statements_.drop(statement);
        throw;
    }
}

// Runs in a pipeline are cheaper than a round trip each. How many commands it put.
int PostgresqlConnection::put_due_words() {
    int count = 0;
    for (const std::string& name : std::exchange(forgotten_, {})) count += put_words("DEALLOCATE " + name);
    if (std::exchange(begin_is_due_, false))
        count +=
            put_words(access_ == Access::read ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN");
    if (std::exchange(limit_is_due_, false))
        count += put_words("SET LOCAL " + setting("statement_timeout", statement_limit_));
    return count;
}

int PostgresqlConnection::put_words(const std::string& words) {
    put(PQsendQueryParams(connection_.get(), words.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0));
    return 1;
}

void PostgresqlConnection::put_statement(PostgresqlStatement& statement, std::span<const Value> parameters) {
    PGconn* const connection = connection_.get();
    parameters_.fill(parameters);
    if (!statement.is_prepared())
        put(PQsendPrepare(connection, statement.name().c_str(), statement.numbered_sql().c_str(), 0,
                          nullptr));
    constexpr int text_results = 0;
    put(PQsendQueryPrepared(connection, statement.name().c_str(), parameters_.count(), parameters_.pointers(),
                            parameters_.sizes(), parameters_.formats(), text_results));
}

void PostgresqlConnection::put(int accepted) {
    if (accepted != 1) lose();
}

void PostgresqlConnection::send() {
    PGconn* const connection = connection_.get();
    if (PQpipelineStatus(connection) != PQ_PIPELINE_OFF) put(PQpipelineSync(connection));
    for (int unsent = PQflush(connection); unsent != 0; unsent = PQflush(connection)) {
        if (unsent < 0) lose();
        // A server whose own answers are not read may stop reading.
        wait_until(POLLIN | POLLOUT);
        if (PQconsumeInput(connection) != 1) lose();
    }
}

ResultHandle PostgresqlConnection::receive(std::string_view sql, PostgresqlStatement* preparing,
                                           int preparing_at) {
    ResultHandle last;
    ResultHandle error;
    for (int command = 0;;) {
        ResultHandle result = next_result();
        if (!result) {
            ++command;  // the end of one command's results
        } else if (PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) {
            break;
        } else if (is_error(result.get())) {
            if (!error) error = std::move(result);
            if (ends_connection(error.get())) break;
        } else if (PQresultStatus(result.get()) != PGRES_PIPELINE_ABORTED) {
            if (preparing && command == preparing_at) preparing->set_prepared(true);
            last = std::move(result);
        }
    }
    if (error) fail(error.get(), sql);
    return last;
}

ResultHandle PostgresqlConnection::receive_plain(std::string_view sql) {
    ResultHandle last;
    ResultHandle error;
    while (ResultHandle result = next_result()) {
        (is_error(result.get()) && !error ? error : last) = std::move(result);
        if (error && ends_connection(error.get())) break;
    }
    if (error) fail(error.get(), sql);
    return last;
}

void PostgresqlConnection::script(std::string_view sql) {
    if (failure_) std::rethrow_exception(failure_);
    PGconn* const connection = connection_.get();
    try {
        read_what_is_unread();
        deadline_ = Clock::now() + statement_limit_ + grace;
        if (put_due_words() > 0) {
            send();
            receive({});
        }
        // Several statements in one text are only taken outside the pipeline.
        put(PQexitPipelineMode(connection));
        put(PQsendQuery(connection, std::string(sql).c_str()));
        send();
        std::exception_ptr failure;
        try {
            receive_plain(sql);
        } catch (...) {
            failure = std::current_exception();
        }
        if (!broken_) put(PQenterPipelineMode(connection));
        if (failure) std::rethrow_exception(failure);
        if (!in_transaction())
            throw DatabaseError(Kind::statement,
                                "postgresql: a script may not end the transaction around it");
    } catch (...) {
        meter_.statement_failed();
        remember_failure();
        throw;
    }
}

void PostgresqlConnection::limit_statements(std::chrono::milliseconds limit) {
    statement_limit_ = limit;
    limit_is_due_ = true;
}

void PostgresqlConnection::read_what_is_unread() {
    for (; unread_syncs_ > 0; --unread_syncs_) {
        deadline_ = Clock::now() + short_wait;
        receive({});
    }
}

bool PostgresqlConnection::usable() noexcept {
    try {
        read_what_is_unread();
    } catch (...) {
        return false;
    }
    // A server that went away has said so, or closed its end: without asking it, one system call.
    const int socket = PQsocket(connection_.get());
    for (int tries = 0; tries < 3 && !broken_; ++tries) {
        char byte = 0;
        const ssize_t size = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        if (size < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
        if (size == 0 || PQconsumeInput(connection_.get()) != 1) return false;
        if (PQstatus(connection_.get()) != CONNECTION_OK) return false;
    }
    return false;  // it keeps talking without being asked
}

ResultHandle PostgresqlConnection::next_result() {
    PGconn* const connection = connection_.get();
    while (PQisBusy(connection)) {
        wait_until(POLLIN);
        if (PQconsumeInput(connection) != 1) break;  // the error is the next result
    }
    ResultHandle result(PQgetResult(connection));
    if (!result && PQstatus(connection) == CONNECTION_BAD) lose();
    return result;
}

void PostgresqlConnection::wait_until(short events) {
    pollfd socket{PQsocket(connection_.get()), events, 0};
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
        const int ready = left.count() <= 0 ? 0 : ::poll(&socket, 1, static_cast<int>(left.count()));
        if (ready > 0) return;
        if (ready < 0 && errno == EINTR) continue;
        broken_ = true;
        throw database_unavailable("postgresql " + shown_ + ": no answer in time");
    }
}

void PostgresqlConnection::lose() {
    broken_ = true;
    lost_ = true;
    std::string message = PQerrorMessage(connection_.get());
    while (message.ends_with('\n')) message.pop_back();
    throw database_unavailable("postgresql " + shown_ + ": " + message);
}

void PostgresqlConnection::fail(const PGresult* result, std::string_view sql) {
    if (ends_connection(result)) {
        broken_ = true;
        lost_ = true;
    }
    worth_another_try_ = is_worth_another_try(result);
    throw_postgresql_error(result, sql);
}

void PostgresqlConnection::remember_failure() noexcept {
    if (!failure_) failure_ = std::current_exception();
}

}  // namespace mortise::service
