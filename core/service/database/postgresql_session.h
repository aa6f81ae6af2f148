// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/services/database.h>

#include "service/database/postgresql_connection.h"

namespace mortise::service {

/// What a function of read() gets to see of a connection.
class PostgresqlReader final : public Reader {
public:
    explicit PostgresqlReader(PostgresqlConnection& connection) : connection_(connection) {}

private:
    RowSource& open(std::string_view sql, std::span<const Value> parameters, Keep) override {
        return connection_.open(sql, parameters);
    }

    PostgresqlConnection& connection_;
};

/// What a function of write() gets to see of a connection.
class PostgresqlTransaction final : public Transaction {
public:
    explicit PostgresqlTransaction(PostgresqlConnection& connection) : connection_(connection) {}

    void script(std::string_view sql) override { connection_.script(sql); }
    void lock(std::string_view name) override {
        connection_.run("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", std::array{Value(name)});
    }
    void limit_statements(std::chrono::milliseconds limit) override { connection_.limit_statements(limit); }

private:
    RowSource& open(std::string_view sql, std::span<const Value> parameters, Keep) override {
        return connection_.open(sql, parameters);
    }
    std::int64_t run(std::string_view sql, std::span<const Value> parameters) override {
        return connection_.run(sql, parameters);
    }

    PostgresqlConnection& connection_;
};

}  // namespace mortise::service
