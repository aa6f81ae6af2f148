// SPDX-License-Identifier: Apache-2.0
#include "service/database/postgresql_statement.h"

#include <charconv>
#include <cstring>

#include "service/database/sql_text.h"

namespace mortise::service {

namespace {

// pg_type.dat; the numbers never change.
constexpr Oid type_bool = 16;
constexpr Oid type_bytea = 17;
constexpr Oid type_int8 = 20;
constexpr Oid type_int2 = 21;
constexpr Oid type_int4 = 23;
constexpr Oid type_oid = 26;
constexpr Oid type_float4 = 700;
constexpr Oid type_float8 = 701;

template <class Number>
Number parsed(std::string_view text) {
    Number number{};
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

int nibble(char digit) {
    return digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}

}  // namespace

PostgresqlStatement::PostgresqlStatement(std::string name, std::string_view sql,
                                         std::vector<std::string>& forgotten)
    : name_(std::move(name)),
      sql_(sql),
      numbered_sql_(with_numbered_placeholders(sql)),
      first_word_(service::first_word(sql)),
      forgotten_(forgotten),
      columns_(std::make_shared<const Columns>(std::vector<std::string>{})) {}

PostgresqlStatement::~PostgresqlStatement() {
    if (prepared_) forgotten_.push_back(name_);
}

PostgresqlStatement::Reading PostgresqlStatement::reading_of(Oid type) noexcept {
    switch (type) {
        case type_int2:
        case type_int4:
        case type_int8:
        case type_oid:
            return Reading::integer;
        case type_bool:
            return Reading::flag;
        case type_float4:
        case type_float8:
            return Reading::real;
        case type_bytea:
            return Reading::bytes;
        default:
            return Reading::text;
    }
}

void PostgresqlStatement::start(ResultHandle result) {
    result_ = std::move(result);
    ++ticket_;
    row_ = 0;
    row_count_ = PQntuples(result_.get());
    // The server refuses to run a kept statement whose columns have changed, so once is enough.
    if (static_cast<std::size_t>(PQnfields(result_.get())) != cells_.size()) name_columns();
}

void PostgresqlStatement::name_columns() {
    const int count = PQnfields(result_.get());
    std::vector<std::string> names;
    readings_.clear();
    for (int column = 0; column < count; ++column) {
        names.emplace_back(PQfname(result_.get(), column));
        readings_.push_back(reading_of(PQftype(result_.get(), column)));
    }
    cells_.assign(names.size(), Value());
    columns_ = std::make_shared<const Columns>(std::move(names));
}

std::int64_t PostgresqlStatement::changed() const {
    return changes_rows(first_word_) ? parsed<std::int64_t>(PQcmdTuples(result_.get())) : 0;
}

bool PostgresqlStatement::next() {
    if (!result_ || row_ == row_count_) return false;
    decoded_count_ = 0;
    const int count = static_cast<int>(cells_.size());
    for (int column = 0; column < count; ++column) cells_[static_cast<std::size_t>(column)] = cell(column);
    ++row_;
    return true;
}

Value PostgresqlStatement::cell(int column) {
    const char* const text = PQgetvalue(result_.get(), row_, column);
    const auto size = static_cast<std::size_t>(PQgetlength(result_.get(), row_, column));
    const std::string_view raw(text, size);
    if (size == 0 && PQgetisnull(result_.get(), row_, column)) return {};
    switch (readings_[static_cast<std::size_t>(column)]) {
        case Reading::integer:
            return parsed<std::int64_t>(raw);
        case Reading::flag:
            return raw == "t";
        case Reading::real:
            return parsed<double>(raw);
        case Reading::bytes:
            return decoded(raw);
        case Reading::text:
            return raw;
    }
    return raw;
}

// "\x00ff27": what `bytea_output = hex` writes.
Value PostgresqlStatement::decoded(std::string_view hex) {
    if (decoded_.size() == decoded_count_) decoded_.emplace_back();
    std::vector<char>& bytes = decoded_[decoded_count_++];
    bytes.clear();
    for (std::size_t place = 2; place + 1 < hex.size(); place += 2)
        bytes.push_back(static_cast<char>(nibble(hex[place]) << 4 | nibble(hex[place + 1])));
    return std::as_bytes(std::span(bytes));
}

void PostgresqlStatement::close(std::uint64_t ticket) noexcept {
    if (ticket == ticket_) result_.reset();
}

}  // namespace mortise::service
