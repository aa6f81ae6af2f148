// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include <mortise/error.h>
#include <mortise/log.h>
#include <mortise/services/clock.h>

namespace mortise::http {

/// Tells the log what clients are not told of the requests that failed. A fault of ours is an error, each
/// with its line. What was thrown on purpose is an info (4xx), a warning (503) or an error (the rest), and a
/// code has one line a second, which says how many it stands for: a storm of refusals is weather, and must
/// not hide the faults. The same holds for an `after` that is left out. At the level debug every one has its
/// line. Every thread may ask.
class FailureLog {
public:
    /// The clock outlives this object.
    FailureLog(Log log, const Clock& clock);

    void thrown(const Error& error, std::string_view route) const;
    void unforeseen(std::string_view what, std::string_view route) const;
    /// An `after` did not run: its plugin's share of the workers was used up.
    void left_out(std::string_view route) const;

private:
    struct Gate {
        std::atomic<std::chrono::steady_clock::rep> opens_at{
            std::numeric_limits<std::chrono::steady_clock::rep>::min()};
        std::atomic<std::uint64_t> suppressed{0};
    };

    /// How many lines were held back since the last; absent: hold this one back too.
    std::optional<std::uint64_t> pass(Gate& gate) const;

    Log log_;
    const Clock& clock_;
    mutable std::array<Gate, static_cast<std::size_t>(Code::gateway_timeout) + 1> gates_;
    mutable Gate left_out_gate_;
};

}  // namespace mortise::http
