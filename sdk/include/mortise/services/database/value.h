// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <mortise/export.h>
#include <mortise/time.h>

namespace mortise {

/// One value on its way into a statement or out of a row. A view: text and bytes belong to somebody else.
///
/// What becomes what: bool -> integer 0 or 1; Time -> integer milliseconds since 1970 UTC; an empty
/// std::optional -> NULL. Text is UTF-8 without U+0000 (a 422 otherwise, on both backends).
class Value {
public:
    enum class Type : std::uint8_t { null, integer, real, text, bytes };

    Value() noexcept : type_(Type::null), integer_(0) {}
    Value(std::nullopt_t) noexcept : Value() {}
    template <std::integral Integer>
    Value(Integer value) : type_(Type::integer), integer_(static_cast<std::int64_t>(value)) {
        if constexpr (std::unsigned_integral<Integer> && sizeof(Integer) == sizeof(std::int64_t)) {
            if (integer_ < 0)
                throw std::out_of_range("an integer above 2^63-1 does not fit a database column");
        }
    }
    Value(double value) noexcept : type_(Type::real), real_(value) {}
    Value(std::string_view value) noexcept : type_(Type::text), data_(value.data()), size_(value.size()) {}
    Value(const char* value) noexcept : Value(std::string_view(value)) {}
    Value(const std::string& value) noexcept : Value(std::string_view(value)) {}
    Value(std::span<const std::byte> value) noexcept
        : type_(Type::bytes), data_(reinterpret_cast<const char*>(value.data())), size_(value.size()) {}
    Value(const std::vector<std::byte>& value) noexcept : Value(std::span<const std::byte>(value)) {}
    Value(Time value) noexcept : Value(std::int64_t{value.time_since_epoch().count()}) {}
    template <class Held>
    Value(const std::optional<Held>& value) : Value() {
        if (value) *this = Value(*value);
    }

    Type type() const noexcept { return type_; }
    bool is_null() const noexcept { return type_ == Type::null; }

    // The rest is for backends: each is only meaningful for its own type.
    std::int64_t integer() const noexcept { return integer_; }
    double real() const noexcept { return real_; }
    /// The raw characters of text or bytes.
    std::string_view raw() const noexcept { return {data_, size_}; }

private:
    Type type_;
    union {
        std::int64_t integer_;
        double real_;
        const char* data_;
    };
    std::size_t size_ = 0;
};

/// The name of a type for messages: "null", "integer", "real", "text", "bytes".
MORTISE_API std::string_view name_of(Value::Type type) noexcept;

}  // namespace mortise
