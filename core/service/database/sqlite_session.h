// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/services/database.h>

#include "service/database/sqlite_connection.h"

namespace mortise::service {

/// What a function of read() gets to see of a connection.
class SqliteReader final : public Reader {
public:
    explicit SqliteReader(SqliteConnection& connection) : connection_(connection) {}

private:
    RowSource& open(std::string_view sql, std::span<const Value> parameters, Keep keep) override {
        return connection_.open(sql, parameters, keep == Keep::until_closed);
    }

    SqliteConnection& connection_;
};

/// What a function of write() gets to see of the writer.
class SqliteTransaction final : public Transaction {
public:
    explicit SqliteTransaction(SqliteConnection& connection) : connection_(connection) {}

    void script(std::string_view sql) override { connection_.script(sql); }
    void lock(std::string_view) override {}
    void limit_statements(std::chrono::milliseconds limit) override { connection_.limit_statements(limit); }

private:
    RowSource& open(std::string_view sql, std::span<const Value> parameters, Keep keep) override {
        return connection_.open(sql, parameters, keep == Keep::until_closed);
    }
    std::int64_t run(std::string_view sql, std::span<const Value> parameters) override {
        return connection_.run(sql, parameters);
    }

    SqliteConnection& connection_;
};

}  // namespace mortise::service
