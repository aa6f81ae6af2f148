// SPDX-License-Identifier: Apache-2.0
#include "service/database/postgresql_database.h"

#include <atomic>
#include <vector>

#include "service/database/nesting.h"
#include "service/database/postgresql_server.h"
#include "service/database/postgresql_session.h"
#include "service/database/query_meter.h"

namespace mortise::service {

namespace {

using Access = PostgresqlConnection::Access;

// How often a function is run in all when a deadlock, or a lost connection, undid it.
constexpr int most_tries = 4;

class PostgresqlDatabase final : public Database {
public:
    explicit PostgresqlDatabase(const DatabaseSettings& settings) : primary_(settings.url, settings, meter_) {
        for (const std::string& url : settings.replicas)
            replicas_.push_back(std::make_unique<PostgresqlServer>(url, settings, meter_));
    }

    Dialect dialect() const noexcept override { return Dialect::postgresql; }

    DatabaseFigures figures() const override {
        DatabaseFigures figures;
        meter_.read_into(figures);
        primary_.read_into(figures);
        for (const auto& replica : replicas_) replica->read_into(figures);
        return figures;
    }

private:
    void run_read(Reading where, Scope scope, Work<Reader> work) override {
        NestingGuard::refuse_inside(this);
        const bool may_ask_replica = where == Reading::replica_ok && !PrimaryReads::are_wanted();
        if (may_ask_replica && replica_serves(scope, work)) return;
        for (int tries_left = most_tries - 1;; --tries_left) {
            const auto connection = primary_.take();
            if (try_read(*connection, scope, work, tries_left > 0)) return;
        }
    }

    // False when no replica could: the primary is asked then.
    bool replica_serves(Scope scope, Work<Reader> work) {
        const std::size_t first = next_replica_.fetch_add(1, std::memory_order_relaxed);
        for (std::size_t offset = 0; offset < replicas_.size(); ++offset) {
            const auto connection = replicas_[(first + offset) % replicas_.size()]->take_if_reachable();
            if (connection && try_read(**connection, scope, work, true)) return true;
        }
        return false;
    }

    // False when the work was undone by something that may pass on another connection; with `may_fail`
    // unset that is thrown too.
    bool try_read(PostgresqlConnection& connection, Scope scope, Work<Reader> work, bool may_fail) {
        connection.begin_function(Access::read, scope == Scope::transaction);
        try {
            PostgresqlReader reader(connection);
            const NestingGuard inside(this);
            work(reader);
        } catch (...) {
            connection.leave();
            if (may_fail && connection.worth_another_try()) return false;
            throw;
        }
        connection.leave();
        return true;
    }

    void run_write(Scope scope, Work<Transaction> work) override {
        NestingGuard::refuse_inside(this);
        for (int tries_left = most_tries - 1; !try_write(scope, work, tries_left > 0); --tries_left) {
        }
    }

    bool try_write(Scope scope, Work<Transaction> work, bool may_fail) {
        const auto connection = primary_.take();
        connection->begin_function(Access::write, scope == Scope::transaction);
        try {
            run_function(*connection, work);
            connection->commit();
        } catch (...) {
            connection->leave();
            if (may_fail && connection->worth_another_try()) return false;
            throw;
        }
        meter_.committed(1);
        return true;
    }

    void run_function(PostgresqlConnection& connection, Work<Transaction> work) {
        PostgresqlTransaction transaction(connection);
        const NestingGuard inside(this);
        work(transaction);
        connection.end_function();
    }

    QueryMeter meter_;
    PostgresqlServer primary_;
    std::vector<std::unique_ptr<PostgresqlServer>> replicas_;
    std::atomic<std::size_t> next_replica_{0};
};

}  // namespace

std::unique_ptr<Database> open_postgresql(const DatabaseSettings& settings) {
    return std::make_unique<PostgresqlDatabase>(settings);
}

}  // namespace mortise::service
