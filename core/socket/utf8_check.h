// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace mortise::socket {

/// Checks UTF-8 that comes in pieces, cut anywhere: false at the first byte that can't be right.
class Utf8Check {
public:
    /// After false, only reset() makes it useful again.
    bool take(std::string_view piece) noexcept;
    /// True when no character is half there.
    bool is_complete() const noexcept { return missing_ == 0; }
    void reset() noexcept { *this = Utf8Check(); }

private:
    bool start(unsigned char byte) noexcept;

    std::uint8_t missing_ = 0;  // bytes of the character that are still to come
    std::uint8_t low_ = 0x80;   // what the next of them may be: narrower after some first bytes
    std::uint8_t high_ = 0xBF;
};

}  // namespace mortise::socket
