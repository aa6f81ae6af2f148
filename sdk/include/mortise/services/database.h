// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <mortise/described.h>
#include <mortise/error.h>
#include <mortise/export.h>
#include <mortise/services/database/error.h>
#include <mortise/services/database/figures.h>
#include <mortise/services/database/mapping.h>
#include <mortise/services/database/primary_reads.h>
#include <mortise/services/database/row.h>
#include <mortise/services/database/value.h>

namespace mortise {

/// Which database a read may ask.
enum class Reading {
    primary,     ///< sees every write that has returned, the caller's own among them
    replica_ok,  ///< may be served by a replica, a moment behind; for lists and statistics. See PrimaryReads
};

enum class Dialect { sqlite, postgresql };

/// Calls `run` with the values for the placeholders of a statement: one argument for each, or one list of
/// Value (a vector, an array) for a statement put together at run time. Not for plugins.
template <class Run, class... Parameters>
decltype(auto) with_values(Run run, const Parameters&... parameters) {
    constexpr bool one_list = (std::is_convertible_v<const Parameters&, std::span<const Value>> || ...);
    if constexpr (one_list) {
        static_assert(sizeof...(Parameters) == 1, "a list of values stands alone: add the others to it");
        return run(std::span<const Value>(parameters...));
    } else {
        const std::array<Value, sizeof...(Parameters)> values{Value(parameters)...};
        return run(std::span<const Value>(values));
    }
}

/// What `LIKE ? ESCAPE '\'` takes for: this text anywhere, none of its characters a wildcard.
MORTISE_API std::string like_containing(std::string_view text);

/// Runs queries. Where it comes from says what they see: in Database::read() one unchanging snapshot, in
/// Database::write() the transaction's own changes too. Only for the thread and the time of that function.
/// `parameters` are one argument for each placeholder, or one list of Value.
class MORTISE_API Reader {
public:
    virtual ~Reader();

    /// Steps through the rows: `for (const Row& row : reader.query("SELECT …", user)) …`
    template <class... Parameters>
    Cursor query(std::string_view sql, const Parameters&... parameters) {
        return Cursor(open_with(Keep::until_closed, sql, parameters...));
    }
    /// The first row, or empty when there is none.
    template <class... Parameters>
    std::optional<OwnedRow> one(std::string_view sql, const Parameters&... parameters) {
        RowSource& source = open_with(Keep::during_call, sql, parameters...);
        Cursor cursor(source);
        if (!cursor.next()) return std::nullopt;
        return OwnedRow(cursor.row(), source.columns());
    }
    /// The whole result in memory.
    template <class... Parameters>
    Rows rows(std::string_view sql, const Parameters&... parameters) {
        return Rows(open_with(Keep::during_call, sql, parameters...));
    }
    /// The whole result as described structs; see Row::as().
    template <Described Struct, class... Parameters>
    std::vector<Struct> query_as(std::string_view sql, const Parameters&... parameters) {
        return all_as<Struct>(open_with(Keep::during_call, sql, parameters...));
    }
    /// The first row as a described struct, or empty.
    template <Described Struct, class... Parameters>
    std::optional<Struct> one_as(std::string_view sql, const Parameters&... parameters) {
        Cursor cursor(open_with(Keep::during_call, sql, parameters...));
        if (!cursor.next()) return std::nullopt;
        return cursor.row().template as<Struct>();
    }

protected:
    /// How long the parameters' text stays where it is.
    enum class Keep { during_call, until_closed };
    virtual RowSource& open(std::string_view sql, std::span<const Value> parameters, Keep keep) = 0;

private:
    template <Described Struct>
    static std::vector<Struct> all_as(RowSource& source) {
        Cursor cursor(source);
        std::vector<Struct> all;
        if (!cursor.next()) return all;
        const RowMapping<Struct> mapping(*source.columns());
        do all.push_back(mapping.read(cursor.row()));
        while (cursor.next());
        return all;
    }

    template <class... Parameters>
    RowSource& open_with(Keep keep, std::string_view sql, const Parameters&... parameters) {
        const auto run = [&](std::span<const Value> values) -> RowSource& { return open(sql, values, keep); };
        return with_values(run, parameters...);
    }
};

/// A write in progress. Only for the thread and the time of its function.
///
/// A statement that fails fails the whole write, even where the function catches the exception: further
/// statements are refused and the changes rolled back, as PostgreSQL does. Where a duplicate is expected
/// say `ON CONFLICT … DO NOTHING`.
class MORTISE_API Transaction : public Reader {
public:
    ~Transaction() override;

    /// Runs one statement that answers no rows (use query() with RETURNING). The number of rows it changed.
    template <class... Parameters>
    std::int64_t execute(std::string_view sql, const Parameters&... parameters) {
        return with_values([&](std::span<const Value> values) { return run(sql, values); }, parameters...);
    }
    /// Runs several statements, separated by `;`, without parameters: for migrations and tests.
    virtual void script(std::string_view sql) = 0;
    /// Waits until no other write on any node holds `name`, and holds it until this one is over; for
    /// "look, then decide, then write" over more than one row. SQLite has one writer: nothing to wait for.
    virtual void lock(std::string_view name) = 0;
    /// How long each further statement of this write may run (setting database.statement_timeout before).
    virtual void limit_statements(std::chrono::milliseconds limit) = 0;

protected:
    virtual std::int64_t run(std::string_view sql, std::span<const Value> parameters) = 0;
};

/// A function passed on by reference, without an allocation; lives as long as the call it is made for.
template <class Session>
class Work {
public:
    // Not for a Work itself: copying one that is not const would refer to it instead of to its function.
    template <class Function>
    requires(!std::is_same_v<Function, Work>) explicit Work(Function& function) noexcept
        : function_(const_cast<void*>(static_cast<const void*>(std::addressof(function)))),
          call_([](void* object, Session& session) { (*static_cast<Function*>(object))(session); }) {}
    void operator()(Session& session) const { call_(function_, session); }

private:
    void* function_;
    void (*call_)(void*, Session&);
};

/// The relational database of this server: SQLite or PostgreSQL, spoken to in the same way.
///
///     auto task = db.one_as<Task>("SELECT id, title FROM tasks WHERE id = ?", id);
///     db.write([&](Transaction& tx) {
///         tx.execute("UPDATE tasks SET title = ? WHERE id = ?", title, id);
///         tx.execute("INSERT INTO history (task_id, at) VALUES (?, ?)", id, clock.now());
///     });
///
/// Safe from every thread; every call blocks, with a limit, so call it from handlers on the worker pool. A
/// call inside a function of read() or write() is a std::logic_error: use the Reader or Transaction it was
/// given.
///
/// SQL that runs on both backends: `?` (or `?1`) for parameters, CAST(? AS TEXT) where nothing else tells a
/// parameter's type, single quotes for text, and the column types TEXT, BIGINT (also for times, in
/// milliseconds), DOUBLE PRECISION, BOOLEAN and BYTEA. LIKE minds the case; NULLS LAST says itself.
/// Throws DatabaseError, or mortise::Error (unavailable) when the database is away or too slow.
class MORTISE_API Database {
public:
    virtual ~Database();

    /// Runs f(Reader&) in one read transaction: all its queries see the same snapshot. Returns what f
    /// returns, throws what f throws. May run f again when a connection was lost: f should only read.
    template <class Function>
    auto read(Function&& f) {
        return read(Reading::primary, f);
    }
    template <class Function>
    auto read(Reading where, Function&& f) {
        return returning<Reader>(f, [&](Work<Reader> work) { run_read(where, Scope::transaction, work); });
    }

    /// Runs f(Transaction&) as one write and returns its result after COMMIT: what has returned is durable.
    /// What f throws is thrown again here and its changes are gone; those of its neighbours stay.
    ///
    /// Writes may share one commit, so f may run on another thread; after a deadlock it runs again from the
    /// start. So f changes nothing but the transaction (and its own captured results), does nothing slow,
    /// and takes no lock that a caller of write() may hold.
    template <class Function>
    auto write(Function&& f) {
        return returning<Transaction>(f,
                                      [&](Work<Transaction> work) { run_write(Scope::transaction, work); });
    }

    /// One query, its whole result.
    template <class... Parameters>
    Rows query(std::string_view sql, const Parameters&... parameters) {
        return query(Reading::primary, sql, parameters...);
    }
    template <class... Parameters>
    Rows query(Reading where, std::string_view sql, const Parameters&... parameters) {
        return ask(where, [&](Reader& reader) { return reader.rows(sql, parameters...); });
    }
    template <Described Struct, class... Parameters>
    std::vector<Struct> query_as(std::string_view sql, const Parameters&... parameters) {
        return query_as<Struct>(Reading::primary, sql, parameters...);
    }
    template <Described Struct, class... Parameters>
    std::vector<Struct> query_as(Reading where, std::string_view sql, const Parameters&... parameters) {
        return ask(where, [&](Reader& reader) { return reader.query_as<Struct>(sql, parameters...); });
    }
    /// One query's first row, or empty.
    template <class... Parameters>
    std::optional<OwnedRow> one(std::string_view sql, const Parameters&... parameters) {
        return ask(Reading::primary, [&](Reader& reader) { return reader.one(sql, parameters...); });
    }
    template <Described Struct, class... Parameters>
    std::optional<Struct> one_as(std::string_view sql, const Parameters&... parameters) {
        return ask(Reading::primary,
                   [&](Reader& reader) { return reader.one_as<Struct>(sql, parameters...); });
    }
    /// A write of one statement, durable when it returns. The number of rows it changed.
    template <class... Parameters>
    std::int64_t execute(std::string_view sql, const Parameters&... parameters) {
        auto f = [&](Transaction& tx) { return tx.execute(sql, parameters...); };
        return returning<Transaction>(f, [&](Work<Transaction> work) { run_write(Scope::statement, work); });
    }

    virtual Dialect dialect() const noexcept = 0;
    /// What it is doing now and has done since start.
    virtual DatabaseFigures figures() const = 0;

protected:
    /// What a function needs: a transaction around it, or only its one statement.
    enum class Scope { statement, transaction };
    virtual void run_read(Reading where, Scope scope, Work<Reader> work) = 0;
    virtual void run_write(Scope scope, Work<Transaction> work) = 0;

private:
    template <class Function>
    auto ask(Reading where, Function&& f) {
        return returning<Reader>(f, [&](Work<Reader> work) { run_read(where, Scope::statement, work); });
    }

    // Passes f to `run` as Work and brings its result back.
    template <class Session, class Function, class Run>
    static auto returning(Function& f, Run run) {
        using Result = std::invoke_result_t<Function&, Session&>;
        static_assert(!std::is_same_v<Result, Cursor>,
                      "a Cursor ends with its function: return rows() or values");
        if constexpr (std::is_void_v<Result>) {
            run(Work<Session>(f));
        } else {
            std::optional<std::decay_t<Result>> result;
            auto keep = [&](Session& session) { result.emplace(f(session)); };
            run(Work<Session>(keep));
            return std::move(*result);
        }
    }
};

}  // namespace mortise
