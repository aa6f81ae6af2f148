// SPDX-License-Identifier: Apache-2.0
#include <mortise/services/database/row.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace mortise {

std::string_view name_of(Value::Type type) noexcept {
    switch (type) {
        case Value::Type::null:
            return "null";
        case Value::Type::integer:
            return "integer";
        case Value::Type::real:
            return "real";
        case Value::Type::text:
            return "text";
        case Value::Type::bytes:
            return "bytes";
    }
    return "unknown";
}

namespace {

bool has_characters(const Value& value) {
    return value.type() == Value::Type::text || value.type() == Value::Type::bytes;
}

// The same value with its characters at another address.
Value moved_to(const Value& value, const char* address) {
    const std::size_t size = value.raw().size();
    if (value.type() == Value::Type::text) return std::string_view(address, size);
    return std::as_bytes(std::span(address, size));
}

template <class Number>
std::optional<Number> parse(std::string_view text) {
    Number number{};
    const char* end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, number);
    if (fault != std::errc{} || stop != end) return std::nullopt;
    return number;
}

}  // namespace

Columns::Columns(std::vector<std::string> names) : names_(std::move(names)) {}
Columns::~Columns() = default;

std::size_t Columns::place_of(std::string_view name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end())
        throw DatabaseError(DatabaseError::Kind::statement,
                            "the result has no column '" + std::string(name) + "'");
    return static_cast<std::size_t>(found - names_.begin());
}

// NUMERIC of PostgreSQL comes as text: sum(bigint) is one.
std::int64_t Row::integer_from(const Value& cell, Column column) const {
    if (cell.type() == Value::Type::text)
        if (const auto number = parse<std::int64_t>(cell.raw())) return *number;
    refuse(cell, column, "an integer");
}

double Row::real_from(const Value& cell, Column column) const {
    if (cell.type() == Value::Type::integer) return static_cast<double>(cell.integer());
    if (cell.type() == Value::Type::text)
        if (const auto number = parse<double>(cell.raw())) return *number;
    refuse(cell, column, "a real number");
}

void Row::refuse(const Value& cell, Column column, std::string_view wanted) const {
    throw DatabaseError(DatabaseError::Kind::value,
                        "column '" + columns_->names()[column.place_in(*columns_)] + "' is " +
                            std::string(name_of(cell.type())) + ", asked for as " + std::string(wanted));
}

void Row::refuse_place(std::size_t place) const {
    throw DatabaseError(DatabaseError::Kind::statement, "the result has no column " + std::to_string(place) +
                                                            ", only " +
                                                            std::to_string(columns_->names().size()));
}

OwnedRow::OwnedRow(const Row& row, std::shared_ptr<const Columns> columns)
    : Row(nullptr, *columns), names_(std::move(columns)) {
    const std::span<const Value> cells(row.cells_, names_->names().size());
    std::size_t size = 0;
    for (const Value& cell : cells)
        if (has_characters(cell)) size += cell.raw().size();
    owned_cells_ = std::make_unique<Value[]>(cells.size());
    if (size > 0) text_ = std::make_unique_for_overwrite<char[]>(size);
    char* end = text_.get();
    for (std::size_t place = 0; place < cells.size(); ++place) {
        const Value& cell = cells[place];
        owned_cells_[place] = has_characters(cell) ? moved_to(cell, end) : cell;
        if (has_characters(cell)) end = std::copy(cell.raw().begin(), cell.raw().end(), end);
    }
    cells_ = owned_cells_.get();
}

OwnedRow::~OwnedRow() = default;
OwnedRow::OwnedRow(OwnedRow&&) noexcept = default;
OwnedRow& OwnedRow::operator=(OwnedRow&&) noexcept = default;

bool Cursor::next() {
    if (!source_) return false;
    if (source_->ticket() != ticket_)
        throw DatabaseError(DatabaseError::Kind::statement, "a cursor was used after its function had ended");
    if (!source_->next()) {
        close();
        return false;
    }
    row_.emplace(source_->cells(), *source_->columns());
    return true;
}

Rows::Rows(RowSource& source) {
    Cursor cursor(source);
    while (cursor.next()) {
        const std::span<const Value> cells(source.cells(), source.columns()->names().size());
        for (const Value& cell : cells) {
            cells_.push_back(cell);
            if (has_characters(cell)) text_.insert(text_.end(), cell.raw().begin(), cell.raw().end());
        }
        ++count_;
    }
    columns_ = source.columns();
    // The text has stopped growing: point the cells at it.
    const char* text = text_.data();
    for (Value& cell : cells_) {
        if (!has_characters(cell)) continue;
        const std::size_t size = cell.raw().size();
        cell = moved_to(cell, text);
        text += size;
    }
}

Rows::~Rows() = default;
Rows::Rows(Rows&&) noexcept = default;
Rows& Rows::operator=(Rows&&) noexcept = default;

}  // namespace mortise
