// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>

namespace mortise::net {

/// One place in a list that timers hang in; a Timer is such a place, and each slot of the wheel has one as
/// its head.
class TimerLink {
public:
    TimerLink() noexcept = default;
    TimerLink(const TimerLink&) = delete;
    TimerLink& operator=(const TimerLink&) = delete;

protected:
    ~TimerLink() = default;

private:
    friend class TimerWheel;
    friend class Timer;
    TimerLink* previous_ = this;
    TimerLink* next_ = this;
};

/// A deadline owned by whoever waits for it. It lives inside its owner, costs 48 bytes, and allocates
/// nothing. Destroying an armed timer cancels it. Only the thread of its loop may touch it.
class Timer final : public TimerLink {
public:
    using Fire = void (*)(void* owner);

    Timer(Fire fire, void* owner) noexcept : fire_(fire), owner_(owner) {}
    ~Timer() { cancel(); }

    /// Timer::calling<&Connection::late>(this): the member to call when time is up.
    template <auto member, class Owner>
    static Timer calling(Owner* owner) noexcept {
        return Timer([](void* place) { (static_cast<Owner*>(place)->*member)(); }, owner);
    }

    void cancel() noexcept {
        previous_->next_ = next_;
        next_->previous_ = previous_;
        previous_ = next_ = this;
    }
    bool armed() const noexcept { return next_ != this; }

private:
    friend class TimerWheel;
    Fire fire_;
    void* owner_;
    std::uint64_t due_ = 0;
};

/// Timers in a hierarchy of wheels: arming and cancelling take constant time, an empty wheel costs nothing,
/// and the next deadline is known exactly, so that a loop sleeps until then and not a tick less.
class TimerWheel {
public:
    /// Milliseconds since the wheel's own zero.
    using Tick = std::uint64_t;

    /// Arms, or arms anew. A tick that has passed fires at the next advance().
    void arm(Timer& timer, Tick due) noexcept;
    /// Fires everything due up to and including `now`, in order of deadlines. What fires may arm, cancel and
    /// destroy timers.
    void advance(Tick now);
    /// The tick at which advance() next has work (a deadline, or moving timers to a finer wheel); empty:
    /// nothing is armed.
    std::optional<Tick> next() noexcept;

private:
    static constexpr unsigned bits = 6;
    static constexpr unsigned slots = 1U << bits;
    static constexpr unsigned levels = 7;  // 2^42 ms: 139 years

    struct Head final : TimerLink {};
    struct Level {
        std::array<Head, slots> heads;
        std::uint64_t occupied = 0;  // a set bit may stand for a slot emptied by cancel()
    };
    struct Place {
        unsigned level;
        unsigned slot;
        Tick tick;
    };

    static bool empty(const TimerLink& head) noexcept { return head.next_ == &head; }
    static void append(TimerLink& head, TimerLink& link) noexcept;
    static void splice(TimerLink& from, TimerLink& to) noexcept;  // `from` holds something, `to` nothing
    std::optional<Place> first() noexcept;

    Tick now_ = 0;
    std::array<Level, levels> wheels_;
};

}  // namespace mortise::net
