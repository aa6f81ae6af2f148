// SPDX-License-Identifier: Apache-2.0
#include "service/database/sqlite_writer.h"

#include <algorithm>
#include <string>

#include "service/database/nesting.h"
#include "service/database/sqlite_session.h"
#include "service/database/unavailable.h"

namespace mortise::service {

namespace {

// So that the first to have come need not wait for an endless stream of others.
constexpr std::size_t largest_batch = 256;

}  // namespace

void SqliteWriter::run(Work<Transaction> work) {
    Ticket own(work);
    if (leads_after_waiting(own)) lead(own);
    if (own.failure) std::rethrow_exception(std::move(own.failure));
}

bool SqliteWriter::leads_after_waiting(Ticket& own) {
    std::unique_lock lock(mutex_);
    if (!led_) {
        led_ = true;
        return true;
    }
    queue_.push_back(&own);
    const auto called = [&] { return own.stage != Ticket::Stage::queued; };
    if (!own.stage_changed.wait_for(lock, longest_wait_, called)) {
        queue_.erase(std::find(queue_.begin(), queue_.end(), &own));
        ++timeouts_;
        throw database_unavailable("the writer stayed busy for " + std::to_string(longest_wait_.count()) +
                                   " ms");
    }
    // Once its function is running it cannot be called back.
    own.stage_changed.wait(lock, [&] { return own.stage != Ticket::Stage::taken; });
    return own.stage == Ticket::Stage::leads;
}

void SqliteWriter::lead(Ticket& own) {
    batch_.clear();
    if (begins_with(own)) {
        while (Ticket* neighbour = next_neighbour())
            if (!adds(*neighbour)) break;
        commit();
    }
    hand_over();
}

// The first function needs no savepoint: when it fails there is nothing else to keep.
bool SqliteWriter::begins_with(Ticket& first) {
    batch_.push_back(&first);
    try {
        connection_.control("BEGIN IMMEDIATE");
        run_function(first);
        return true;
    } catch (...) {
        first.failure = std::current_exception();
        roll_back();
        return false;
    }
}

bool SqliteWriter::adds(Ticket& neighbour) {
    batch_.push_back(&neighbour);
    try {
        connection_.control("SAVEPOINT neighbour");
        try {
            run_function(neighbour);
        } catch (...) {
            neighbour.failure = std::current_exception();
            if (!connection_.in_transaction()) return false;
            connection_.control("ROLLBACK TO neighbour");
        }
        connection_.control("RELEASE neighbour");
        return true;
    } catch (...) {
        if (!neighbour.failure) neighbour.failure = std::current_exception();
        roll_back();
        return false;
    }
}

void SqliteWriter::run_function(Ticket& ticket) {
    SqliteTransaction transaction(connection_);
    connection_.begin_function();
    try {
        const NestingGuard inside(owner_);
        ticket.work(transaction);
    } catch (...) {
        connection_.abandon_runs();
        throw;
    }
    connection_.end_function();
}

void SqliteWriter::commit() {
    std::exception_ptr lost;
    try {
        if (!connection_.in_transaction()) throw database_unavailable("sqlite gave up the transaction");
        connection_.control("COMMIT");
    } catch (...) {
        lost = std::current_exception();
        roll_back();
    }
    std::uint64_t kept = 0;
    for (Ticket* ticket : batch_) {
        if (ticket->failure) continue;
        ticket->failure = lost;
        ++kept;
    }
    if (!lost) meter_.committed(kept);
}

void SqliteWriter::roll_back() noexcept {
    connection_.abandon_runs();
    try {
        if (connection_.in_transaction()) connection_.control("ROLLBACK");
    } catch (...) {
        // Nothing is left to undo it with: the next BEGIN fails and says so.
    }
}

SqliteWriter::Ticket* SqliteWriter::next_neighbour() {
    const std::lock_guard lock(mutex_);
    if (queue_.empty() || batch_.size() >= largest_batch) return nullptr;
    Ticket* neighbour = queue_.front();
    queue_.pop_front();
    neighbour->stage = Ticket::Stage::taken;
    return neighbour;
}

// Everyone is notified under the lock: a ticket is gone as soon as its owner has seen the change.
void SqliteWriter::hand_over() {
    const std::lock_guard lock(mutex_);
    for (Ticket* ticket : batch_) {
        if (ticket->stage != Ticket::Stage::taken) continue;
        ticket->stage = Ticket::Stage::done;
        ticket->stage_changed.notify_one();
    }
    led_ = !queue_.empty();
    if (!led_) return;
    Ticket* next = queue_.front();
    queue_.pop_front();
    next->stage = Ticket::Stage::leads;
    next->stage_changed.notify_one();
}

void SqliteWriter::read_into(DatabaseFigures& figures) const {
    const std::lock_guard lock(mutex_);
    (led_ ? figures.active : figures.idle) += 1;
    figures.limit += 1;
    figures.waiting += queue_.size();
    figures.timeouts += timeouts_;
}

}  // namespace mortise::service
