// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <libpq-fe.h>

#include <mortise/services/database/row.h>

namespace mortise::service {

struct ClearResult {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ClearResult>;

/// A statement prepared on one connection, and the rows of its present run.
class PostgresqlStatement final : public RowSource {
public:
    /// `name` is what it is called on the server; `sql` has `?` placeholders. When this goes, the server's
    /// half is named in `forgotten` for the connection to drop; `forgotten` outlives this.
    PostgresqlStatement(std::string name, std::string_view sql, std::vector<std::string>& forgotten);
    ~PostgresqlStatement() override;

    const std::string& name() const noexcept { return name_; }
    std::string_view sql() const noexcept { return sql_; }
    const std::string& numbered_sql() const noexcept { return numbered_sql_; }
    /// Whether the server knows it by its name.
    bool is_prepared() const noexcept { return prepared_; }
    void set_prepared(bool prepared) noexcept { prepared_ = prepared; }
    /// In upper case: "SELECT".
    std::string_view first_word() const noexcept { return first_word_; }

    /// Takes a result that came back; next() steps through its rows.
    void start(ResultHandle result);
    /// Rows changed, by the server's word; 0 for statements that change none.
    std::int64_t changed() const;
    bool in_use() const noexcept { return result_ != nullptr; }
    void abandon() noexcept { close(ticket_); }

    bool next() override;
    void close(std::uint64_t ticket) noexcept override;
    std::uint64_t ticket() const noexcept override { return ticket_; }
    const Value* cells() const noexcept override { return cells_.data(); }
    const std::shared_ptr<const Columns>& columns() const noexcept override { return columns_; }

private:
    enum class Reading { integer, flag, real, bytes, text };
    static Reading reading_of(Oid type) noexcept;
    void name_columns();
    Value cell(int column);
    Value decoded(std::string_view hex);

    const std::string name_;
    const std::string sql_;
    const std::string numbered_sql_;
    const std::string first_word_;
    std::vector<std::string>& forgotten_;
    bool prepared_ = false;
    ResultHandle result_;
    int row_ = 0;
    int row_count_ = 0;
    std::uint64_t ticket_ = 0;
    std::vector<Reading> readings_;
    std::vector<Value> cells_;
    std::vector<std::vector<char>> decoded_;  // the bytes of the present row
    std::size_t decoded_count_ = 0;
    std::shared_ptr<const Columns> columns_;
};

}  // namespace mortise::service
