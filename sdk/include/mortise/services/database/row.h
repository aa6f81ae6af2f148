// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <mortise/described.h>
#include <mortise/export.h>
#include <mortise/services/database/error.h>
#include <mortise/services/database/value.h>
#include <mortise/time.h>

namespace mortise {

/// The column names of one result, in order. Immutable, shared by all its rows.
class MORTISE_API Columns {
public:
    explicit Columns(std::vector<std::string> names);
    ~Columns();
    Columns(const Columns&) = delete;
    Columns& operator=(const Columns&) = delete;

    /// The place of a column, exact spelling. Throws DatabaseError (statement) when there is none.
    std::size_t place_of(std::string_view name) const;
    const std::vector<std::string>& names() const noexcept { return names_; }

private:
    std::vector<std::string> names_;
};

/// A column by place (from 0) or by name: `row.text(0)`, `row.text("title")`.
class Column {
public:
    Column(int place) noexcept : place_(static_cast<std::size_t>(place)) {}
    Column(std::size_t place) noexcept : place_(place) {}
    Column(const char* name) noexcept : name_(name) {}
    Column(std::string_view name) noexcept : name_(name) {}
    Column(const std::string& name) noexcept : name_(name) {}

    std::size_t place_in(const Columns& columns) const {
        return name_.data() ? columns.place_of(name_) : place_;
    }

private:
    std::size_t place_ = 0;
    std::string_view name_;
};

/// One row of a result: a view, valid until the cursor steps on or the Rows it came from goes.
///
/// Every question throws DatabaseError (value) when the column is NULL or holds another type, and
/// (statement) when there is no such column; ask is_null() or an optional where NULL may be.
class MORTISE_API Row {
public:
    Row(const Value* cells, const Columns& columns) noexcept : cells_(cells), columns_(&columns) {}

    bool is_null(Column column) const { return value(column).is_null(); }
    std::int64_t integer(Column column) const {
        const Value& cell = value(column);
        return cell.type() == Value::Type::integer ? cell.integer() : integer_from(cell, column);
    }
    /// Integers are read as real too.
    double real(Column column) const {
        const Value& cell = value(column);
        return cell.type() == Value::Type::real ? cell.real() : real_from(cell, column);
    }
    std::string_view text(Column column) const {
        const Value& cell = value(column);
        if (cell.type() != Value::Type::text) refuse(cell, column, "text");
        return cell.raw();
    }
    std::span<const std::byte> bytes(Column column) const {
        const Value& cell = value(column);
        if (cell.type() != Value::Type::bytes) refuse(cell, column, "bytes");
        return std::as_bytes(std::span(cell.raw()));
    }
    /// A BOOLEAN or integer column; everything but 0 is true.
    bool flag(Column column) const { return integer(column) != 0; }
    /// Kept as BIGINT milliseconds since 1970 UTC.
    Time time(Column column) const { return Time{Time::duration{integer(column)}}; }
    /// Any type a column can be read as (see ColumnType), std::optional of it included.
    template <class Wanted>
    Wanted get(Column column) const;

    /// The whole row as a struct described with BOOST_DESCRIBE_STRUCT: each member from the column of its
    /// name; a member without a column is a DatabaseError, a column without a member is ignored.
    /// Needs <mortise/services/database.h>.
    template <Described Struct>
    Struct as() const;

    const Value& value(Column column) const {
        const std::size_t place = column.place_in(*columns_);
        if (place >= columns_->names().size()) refuse_place(place);
        return cells_[place];
    }
    const Columns& columns() const noexcept { return *columns_; }

private:
    std::int64_t integer_from(const Value& cell, Column column) const;
    double real_from(const Value& cell, Column column) const;
    [[noreturn]] void refuse(const Value& cell, Column column, std::string_view wanted) const;
    [[noreturn]] void refuse_place(std::size_t place) const;

    friend class OwnedRow;
    const Value* cells_;
    const Columns* columns_;
};

/// A row that owns its values: what `one()` answers. Lives as long as you keep it.
class MORTISE_API OwnedRow : public Row {
public:
    OwnedRow(const Row& row, std::shared_ptr<const Columns> columns);
    ~OwnedRow();
    OwnedRow(OwnedRow&&) noexcept;
    OwnedRow& operator=(OwnedRow&&) noexcept;

private:
    std::unique_ptr<Value[]> owned_cells_;
    std::unique_ptr<char[]> text_;
    std::shared_ptr<const Columns> names_;
};

/// What a backend implements: a running statement whose rows are stepped through. Not for plugins.
class MORTISE_API RowSource {
public:
    virtual ~RowSource();
    /// Steps to the next row and fills cells(); false after the last.
    virtual bool next() = 0;
    /// Frees the statement for its next use. `ticket` is what open() gave: a source that has been opened
    /// again since ignores the call.
    virtual void close(std::uint64_t ticket) noexcept = 0;
    virtual std::uint64_t ticket() const noexcept = 0;
    virtual const Value* cells() const noexcept = 0;
    virtual const std::shared_ptr<const Columns>& columns() const noexcept = 0;
};

/// Steps through the rows of a running query: `for (const Row& row : reader.query(...))`.
/// Belongs to the function it was opened in: not to be kept, returned or used from another thread.
class MORTISE_API Cursor {
public:
    explicit Cursor(RowSource& source) noexcept : source_(&source), ticket_(source.ticket()) {}
    ~Cursor() { close(); }
    Cursor(Cursor&& other) noexcept
        : source_(std::exchange(other.source_, nullptr)), ticket_(other.ticket_), row_(other.row_) {}
    Cursor& operator=(Cursor&&) = delete;

    /// Steps to the next row; false after the last.
    bool next();
    /// The row stepped to; valid until the next step.
    const Row& row() const noexcept { return *row_; }
    /// Frees the statement early; the destructor does it otherwise.
    void close() noexcept {
        if (source_) std::exchange(source_, nullptr)->close(ticket_);
    }

    class Iterator {
    public:
        using value_type = Row;
        using difference_type = std::ptrdiff_t;
        explicit Iterator(Cursor* cursor) noexcept : cursor_(cursor) {}
        const Row& operator*() const noexcept { return cursor_->row(); }
        Iterator& operator++() {
            if (!cursor_->next()) cursor_ = nullptr;
            return *this;
        }
        void operator++(int) { ++*this; }
        bool operator==(std::default_sentinel_t) const noexcept { return cursor_ == nullptr; }

    private:
        Cursor* cursor_;
    };
    Iterator begin() { return Iterator(next() ? this : nullptr); }
    std::default_sentinel_t end() const noexcept { return {}; }

private:
    RowSource* source_;
    std::uint64_t ticket_;
    std::optional<Row> row_;
};

/// A whole result in memory: what Database::query() answers. Its rows live as long as it does.
class MORTISE_API Rows {
public:
    /// Reads the cursor to its end.
    explicit Rows(RowSource& source);
    ~Rows();
    Rows(Rows&&) noexcept;
    Rows& operator=(Rows&&) noexcept;

    std::size_t size() const noexcept { return count_; }
    bool empty() const noexcept { return count_ == 0; }
    /// `place` must be below size().
    Row operator[](std::size_t place) const noexcept {
        return {cells_.data() + place * columns_->names().size(), *columns_};
    }

    class Iterator {
    public:
        using value_type = Row;
        using difference_type = std::ptrdiff_t;
        Iterator() noexcept = default;
        Iterator(const Rows* rows, std::size_t place) noexcept : rows_(rows), place_(place) {}
        Row operator*() const noexcept { return (*rows_)[place_]; }
        Iterator& operator++() noexcept {
            ++place_;
            return *this;
        }
        Iterator operator++(int) noexcept { return {rows_, place_++}; }
        bool operator==(const Iterator& other) const noexcept { return place_ == other.place_; }

    private:
        const Rows* rows_ = nullptr;
        std::size_t place_ = 0;
    };
    Iterator begin() const noexcept { return {this, 0}; }
    Iterator end() const noexcept { return {this, count_}; }

private:
    std::vector<Value> cells_;
    std::vector<char> text_;
    std::shared_ptr<const Columns> columns_;
    std::size_t count_ = 0;
};

/// How a column becomes a C++ value. Specialise it for a type of your own:
///
///     template <> struct mortise::ColumnType<Colour> {
///         static Colour read(const Row& row, Column column) { return colour_of(row.text(column)); }
///     };
template <class Wanted>
struct ColumnType;

template <std::integral Integer>
struct ColumnType<Integer> {
    static Integer read(const Row& row, Column column) {
        const std::int64_t value = row.integer(column);
        if (!std::in_range<Integer>(value))
            throw DatabaseError(DatabaseError::Kind::value,
                                "the integer " + std::to_string(value) + " does not fit the type asked for");
        return static_cast<Integer>(value);
    }
};
template <>
struct ColumnType<bool> {
    static bool read(const Row& row, Column column) { return row.flag(column); }
};
template <>
struct ColumnType<double> {
    static double read(const Row& row, Column column) { return row.real(column); }
};
template <>
struct ColumnType<std::string_view> {
    static std::string_view read(const Row& row, Column column) { return row.text(column); }
};
template <>
struct ColumnType<std::string> {
    static std::string read(const Row& row, Column column) { return std::string(row.text(column)); }
};
template <>
struct ColumnType<std::vector<std::byte>> {
    static std::vector<std::byte> read(const Row& row, Column column) {
        const auto bytes = row.bytes(column);
        return {bytes.begin(), bytes.end()};
    }
};
template <>
struct ColumnType<Time> {
    static Time read(const Row& row, Column column) { return row.time(column); }
};
template <class Held>
struct ColumnType<std::optional<Held>> {
    static std::optional<Held> read(const Row& row, Column column) {
        const std::size_t place = column.place_in(row.columns());
        if (row.is_null(place)) return std::nullopt;
        return ColumnType<Held>::read(row, place);
    }
};

template <class Wanted>
Wanted Row::get(Column column) const {
    return ColumnType<Wanted>::read(*this, column);
}

}  // namespace mortise
