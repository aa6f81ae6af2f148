// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <vector>

#include <mortise/services/database.h>

#include "service/database/query_meter.h"
#include "service/database/sqlite_connection.h"

namespace mortise::service {

/// The one writer of a SQLite file. Writes that meet share a commit, for it is the commit (an fsync) that
/// costs.
///
/// There is no thread behind it. A caller that finds the writer free leads: it runs its own function, then
/// those that have queued up meanwhile, each in a savepoint, commits once and wakes them. Who queued up
/// during the commit is led by the first of them.
class SqliteWriter {
public:
    /// `owner` is the database it writes for, as NestingGuard knows it.
    SqliteWriter(const void* owner, const SqliteConnection::Place& place,
                 std::chrono::milliseconds longest_wait, QueryMeter& meter)
        : owner_(owner),
          connection_(place, SqliteConnection::Role::writer, meter),
          longest_wait_(longest_wait),
          meter_(meter) {}

    /// Runs `work` and returns when it is durable; throws what it threw, or why it could not be kept.
    void run(Work<Transaction> work);

    void read_into(DatabaseFigures& figures) const;

private:
    struct Ticket {
        enum class Stage { queued, leads, taken, done };
        explicit Ticket(Work<Transaction> its_work) : work(its_work) {}
        Work<Transaction> work;
        Stage stage = Stage::queued;
        std::exception_ptr failure;
        std::condition_variable stage_changed;
    };

    /// True when the caller is to lead, false when its work has been done for it.
    bool leads_after_waiting(Ticket& own);
    void lead(Ticket& own);
    bool begins_with(Ticket& first);
    /// Runs a neighbour's function in a savepoint; false when SQLite has given the whole transaction up.
    bool adds(Ticket& neighbour);
    void run_function(Ticket& ticket);
    void commit();
    void roll_back() noexcept;
    Ticket* next_neighbour();
    void hand_over();

    const void* const owner_;
    SqliteConnection connection_;
    const std::chrono::milliseconds longest_wait_;
    QueryMeter& meter_;
    std::vector<Ticket*> batch_;  // the leader's: whose work the open transaction holds

    mutable std::mutex mutex_;
    std::deque<Ticket*> queue_;
    bool led_ = false;
    std::uint64_t timeouts_ = 0;
};

}  // namespace mortise::service
