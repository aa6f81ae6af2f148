// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <utility>

namespace mortise {

/// A member of a PATCH body, where "not sent", "sent as null" and "sent with a value" mean three things.
template <class T>
class Field {
public:
    Field() = default;
    Field(T value) : is_present_(true), value_(std::move(value)) {}
    Field(std::nullopt_t) : is_present_(true) {}

    bool is_absent() const { return !is_present_; }
    bool is_null() const { return is_present_ && !value_; }
    explicit operator bool() const { return value_.has_value(); }
    const T& operator*() const { return *value_; }
    const T* operator->() const { return &*value_; }
    /// Null and absent both as nullopt.
    const std::optional<T>& value() const { return value_; }
    bool operator==(const Field&) const = default;

private:
    bool is_present_ = false;
    std::optional<T> value_;
};

}  // namespace mortise
