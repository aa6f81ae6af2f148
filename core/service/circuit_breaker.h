// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>

#include <mortise/services/clock.h>

namespace mortise::service {

struct BreakerSettings {
    int failures = 5;  ///< in a row, until it opens; 1 at least
    std::chrono::milliseconds open_for = std::chrono::seconds(60);
    int trials = 1;  ///< calls let through at once when half open, and successes needed to close; 1 at least
};

/// Stops calling what keeps failing. Closed: all calls pass. After `failures` in a row it is open: none
/// passes for `open_for`. Then it is half open: `trials` calls may try; all of them succeeding closes it,
/// one failing opens it again. Safe from every thread.
class CircuitBreaker {
public:
    enum class State { closed, half_open, open };

    /// Leave to make one call, and the duty to say how it went. Destroyed without a word it counts as
    /// neither (the call was never made, or its failure was the caller's own).
    class Permit {
    public:
        Permit(Permit&& other) noexcept;
        Permit& operator=(Permit&&) = delete;
        ~Permit();
        void succeeded() noexcept;
        void failed() noexcept;

    private:
        friend class CircuitBreaker;
        Permit(CircuitBreaker& breaker, std::uint64_t phase) noexcept : breaker_(&breaker), phase_(phase) {}
        CircuitBreaker* breaker_;
        std::uint64_t phase_;
    };

    CircuitBreaker(const BreakerSettings& settings, const Clock& clock);

    /// Empty when no call may be made now. The breaker must outlive the permit.
    std::optional<Permit> ask();
    State state() const;
    /// How long to wait before asking again: 0 when it makes sense now.
    std::chrono::milliseconds retry_after() const;

private:
    enum class Outcome { success, failure, none };

    void settle(std::uint64_t phase, Outcome outcome) noexcept;
    void enter(State state) noexcept;
    bool wait_is_over() const;

    const BreakerSettings settings_;
    const Clock& clock_;
    mutable std::mutex mutex_;
    State state_ = State::closed;
    std::uint64_t phase_ = 0;  // changes with the state: what comes late from an older phase says nothing
    int failures_ = 0;
    int trials_begun_ = 0;
    int trials_passed_ = 0;
    std::chrono::steady_clock::time_point opened_{};
};

}  // namespace mortise::service
