// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mortise::http {

/// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string to_http_date(std::chrono::sys_seconds time);
/// Reads that form; nothing for any other (a condition that cannot be read counts as not there).
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

/// The Date header of one loop, written anew when the second changes.
class DateHeader {
public:
    /// "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"; valid until the next call.
    std::string_view line(std::chrono::steady_clock::time_point now) {
        if (now >= next_second_) renew(now);
        return {line_.data(), line_.size()};
    }

private:
    void renew(std::chrono::steady_clock::time_point now);

    std::chrono::steady_clock::time_point next_second_ = std::chrono::steady_clock::time_point::min();
    std::array<char, 37> line_{};
};

}  // namespace mortise::http
