// SPDX-License-Identifier: Apache-2.0
#include "net/timer_wheel.h"

#include <catch2/catch.hpp>
#include <deque>
#include <map>
#include <random>
#include <vector>

using mortise::net::Timer;
using mortise::net::TimerWheel;

namespace {

struct Alarm {
    TimerWheel::Tick due = 0;
    std::vector<TimerWheel::Tick> rings;
    const TimerWheel::Tick* now = nullptr;
    Timer timer = Timer::calling<&Alarm::ring>(this);
    void ring() { rings.push_back(*now); }
};

}  // namespace

TEST_CASE("an empty wheel has no next deadline") {
    TimerWheel wheel;
    CHECK_FALSE(wheel.next());
    wheel.advance(1'000'000);
    CHECK_FALSE(wheel.next());
}

TEST_CASE("a timer fires at its tick, not before, and once") {
    const auto due = GENERATE(1U, 63U, 64U, 65U, 4095U, 4096U, 300'000U, 16'777'216U);
    TimerWheel wheel;
    TimerWheel::Tick now = 0;
    Alarm alarm;
    alarm.now = &now;
    wheel.arm(alarm.timer, due);
    now = due - 1;
    wheel.advance(now);
    CHECK(alarm.rings.empty());
    CHECK(alarm.timer.armed());
    now = due;
    wheel.advance(now);
    CHECK(alarm.rings == std::vector<TimerWheel::Tick>{due});
    CHECK_FALSE(alarm.timer.armed());
    wheel.advance(due * 3);
    CHECK(alarm.rings.size() == 1);
}

TEST_CASE("a cancelled timer does not fire and leaves nothing to wake up for") {
    TimerWheel wheel;
    TimerWheel::Tick now = 0;
    Alarm alarm;
    alarm.now = &now;
    wheel.arm(alarm.timer, 100);
    alarm.timer.cancel();
    CHECK_FALSE(wheel.next());
    wheel.advance(200);
    CHECK(alarm.rings.empty());
}

TEST_CASE("a destroyed timer is cancelled") {
    TimerWheel wheel;
    TimerWheel::Tick now = 0;
    {
        Alarm alarm;
        alarm.now = &now;
        wheel.arm(alarm.timer, 5);
    }
    wheel.advance(10);
    CHECK_FALSE(wheel.next());
}

TEST_CASE("a deadline in the past fires at the next advance") {
    TimerWheel wheel;
    TimerWheel::Tick now = 500;
    wheel.advance(now);
    Alarm alarm;
    alarm.now = &now;
    wheel.arm(alarm.timer, 10);
    REQUIRE(wheel.next().has_value());
    CHECK(*wheel.next() <= now);
    wheel.advance(now);
    CHECK(alarm.rings.size() == 1);
}

TEST_CASE("a timer may cancel and arm others of its own tick while it fires") {
    struct Meddler {
        TimerWheel& wheel;
        Timer& victim;
        Timer& other;
        Timer timer = Timer::calling<&Meddler::ring>(this);
        void ring() {
            victim.cancel();
            wheel.arm(other, 7);
        }
    };
    TimerWheel wheel;
    TimerWheel::Tick now = 0;
    Alarm victim;
    Alarm other;
    victim.now = other.now = &now;
    Meddler meddler{wheel, victim.timer, other.timer};
    wheel.arm(meddler.timer, 7);
    wheel.arm(victim.timer, 7);
    now = 7;
    wheel.advance(now);
    CHECK(victim.rings.empty());
    CHECK(other.rings.size() == 1);
}

TEST_CASE("a timer that throws takes none of its neighbours down") {
    struct Bomb {
        Timer timer = Timer::calling<&Bomb::ring>(this);
        void ring() { throw 1; }
    } bomb;
    TimerWheel wheel;
    TimerWheel::Tick now = 0;
    Alarm neighbour;
    neighbour.now = &now;
    wheel.arm(bomb.timer, 3);
    wheel.arm(neighbour.timer, 3);
    now = 3;
    CHECK_THROWS(wheel.advance(now));
    CHECK(neighbour.timer.armed());
    wheel.advance(now);
    CHECK(neighbour.rings.size() == 1);
}

TEST_CASE("ten thousand random timers fire in order, none early, none lost, whichever way time goes on") {
    std::mt19937 random(7);  // NOLINT: the same numbers every run
    TimerWheel wheel;
    TimerWheel::Tick now = 0;
    std::deque<Alarm> alarms(10'000);
    for (auto& alarm : alarms) {
        alarm.now = &now;
        alarm.due = 1 + random() % (1U << (random() % 25));
        wheel.arm(alarm.timer, alarm.due);
    }
    for (std::size_t i = 0; i < alarms.size(); i += 3) alarms[i].timer.cancel();
    while (const auto next = wheel.next()) {
        REQUIRE(*next >= now);
        now = std::max<TimerWheel::Tick>(*next, now + random() % 3);
        wheel.advance(now);
    }
    for (std::size_t i = 0; i < alarms.size(); ++i) {
        if (i % 3 == 0) {
            CHECK(alarms[i].rings.empty());
        } else {
            REQUIRE(alarms[i].rings.size() == 1);
            CHECK(alarms[i].rings[0] >= alarms[i].due);
            CHECK(alarms[i].rings[0] <= alarms[i].due + 2);
        }
    }
}
