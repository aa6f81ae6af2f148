// SPDX-License-Identifier: Apache-2.0
#include "service/circuit_breaker.h"

#include <algorithm>
#include <utility>

namespace mortise::service {

CircuitBreaker::Permit::Permit(Permit&& other) noexcept
    : breaker_(std::exchange(other.breaker_, nullptr)), phase_(other.phase_) {}

CircuitBreaker::Permit::~Permit() {
    if (breaker_ != nullptr) breaker_->settle(phase_, Outcome::none);
}

void CircuitBreaker::Permit::succeeded() noexcept {
    if (breaker_ != nullptr) std::exchange(breaker_, nullptr)->settle(phase_, Outcome::success);
}

void CircuitBreaker::Permit::failed() noexcept {
    if (breaker_ != nullptr) std::exchange(breaker_, nullptr)->settle(phase_, Outcome::failure);
}

CircuitBreaker::CircuitBreaker(const BreakerSettings& settings, const Clock& clock)
    : settings_(settings), clock_(clock) {}

std::optional<CircuitBreaker::Permit> CircuitBreaker::ask() {
    const std::lock_guard lock(mutex_);
    if (state_ == State::open && wait_is_over()) enter(State::half_open);
    if (state_ == State::open) return std::nullopt;
    if (state_ == State::half_open) {
        if (trials_begun_ >= settings_.trials) return std::nullopt;
        ++trials_begun_;
    }
    return Permit(*this, phase_);
}

CircuitBreaker::State CircuitBreaker::state() const {
    const std::lock_guard lock(mutex_);
    return state_ == State::open && wait_is_over() ? State::half_open : state_;
}

std::chrono::milliseconds CircuitBreaker::retry_after() const {
    const std::lock_guard lock(mutex_);
    if (state_ == State::closed) return {};
    // Half open: the trials under way decide; a second is a fair guess of when.
    if (state_ == State::half_open)
        return trials_begun_ < settings_.trials ? std::chrono::milliseconds{} : std::chrono::seconds(1);
    const auto left = opened_ + settings_.open_for - clock_.steady_now();
    return std::max(std::chrono::ceil<std::chrono::milliseconds>(left), std::chrono::milliseconds{});
}

void CircuitBreaker::settle(std::uint64_t phase, Outcome outcome) noexcept {
    const std::lock_guard lock(mutex_);
    if (phase != phase_) return;
    switch (outcome) {
        case Outcome::success:
            failures_ = 0;
            if (state_ == State::half_open && ++trials_passed_ >= settings_.trials) enter(State::closed);
            return;
        case Outcome::failure:
            if (state_ == State::half_open || ++failures_ >= settings_.failures) enter(State::open);
            return;
        case Outcome::none:
            if (state_ == State::half_open) --trials_begun_;
            return;
    }
}

void CircuitBreaker::enter(State state) noexcept {
    state_ = state;
    ++phase_;
    failures_ = 0;
    trials_begun_ = 0;
    trials_passed_ = 0;
    if (state == State::open) opened_ = clock_.steady_now();
}

bool CircuitBreaker::wait_is_over() const {
    return clock_.steady_now() - opened_ >= settings_.open_for;
}

}  // namespace mortise::service
