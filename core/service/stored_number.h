// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace mortise::service {

/// The whole number a store's text stands for, written the one way that Redis takes for one: no leading
/// zeros, no plus. Throws std::logic_error when it is none.
inline std::int64_t stored_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
    if (fault != std::errc{} || end != text.data() + text.size() ||
        (digits.starts_with('0') && text.size() > 1))
        throw std::logic_error("the store holds no whole number under this key");
    return number;
}

}  // namespace mortise::service
