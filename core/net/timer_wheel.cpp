// SPDX-License-Identifier: Apache-2.0
#include "net/timer_wheel.h"

#include <algorithm>
#include <bit>

namespace mortise::net {

void TimerWheel::arm(Timer& timer, Tick due) noexcept {
    constexpr Tick furthest = (Tick{1} << (bits * levels)) - 1;
    timer.cancel();
    timer.due_ = std::clamp(due, now_, std::max(now_, furthest));
    // The highest bit in which the deadline differs from now decides how fine a wheel it needs.
    const auto differing = (timer.due_ ^ now_) | (slots - 1);
    const auto level = static_cast<unsigned>(std::bit_width(differing) - 1) / bits;
    const auto slot = static_cast<unsigned>(timer.due_ >> (bits * level)) & (slots - 1);
    append(wheels_[level].heads[slot], timer);
    wheels_[level].occupied |= std::uint64_t{1} << slot;
}

void TimerWheel::advance(Tick now) {
    // A slot is taken off the wheel whole, for what fires may arm into this very slot again. Should one
    // throw, the rest of its slot goes back.
    struct Batch {
        TimerWheel& wheel;
        Head head;
        ~Batch() {
            while (!empty(head)) {
                auto& timer = static_cast<Timer&>(*head.next_);
                wheel.arm(timer, timer.due_);
            }
        }
    };
    while (const auto place = first()) {
        if (place->tick > now) break;
        now_ = std::max(now_, place->tick);
        Batch due{*this, {}};
        splice(wheels_[place->level].heads[place->slot], due.head);
        while (!empty(due.head)) {
            auto& timer = static_cast<Timer&>(*due.head.next_);
            timer.cancel();
            if (timer.due_ > now_) {
                arm(timer, timer.due_);
            } else {
                timer.fire_(timer.owner_);
            }
        }
    }
    now_ = std::max(now_, now);
}

std::optional<TimerWheel::Tick> TimerWheel::next() noexcept {
    const auto place = first();
    if (!place) return std::nullopt;
    return place->tick;
}

void TimerWheel::append(TimerLink& head, TimerLink& link) noexcept {
    link.previous_ = head.previous_;
    link.next_ = &head;
    head.previous_->next_ = &link;
    head.previous_ = &link;
}

void TimerWheel::splice(TimerLink& from, TimerLink& to) noexcept {
    to.next_ = from.next_;
    to.previous_ = from.previous_;
    to.next_->previous_ = to.previous_->next_ = &to;
    from.next_ = from.previous_ = &from;
}

std::optional<TimerWheel::Place> TimerWheel::first() noexcept {
    for (unsigned level = 0; level < levels; ++level) {
        auto& wheel = wheels_[level];
        while (wheel.occupied != 0) {
            const auto slot = static_cast<unsigned>(std::countr_zero(wheel.occupied));
            if (empty(wheel.heads[slot])) {
                wheel.occupied &= ~(std::uint64_t{1} << slot);
                continue;
            }
            const auto span = bits * (level + 1);
            const auto start = (now_ >> span << span) | (Tick{slot} << (bits * level));
            return Place{level, slot, start};
        }
    }
    return std::nullopt;
}

}  // namespace mortise::net
