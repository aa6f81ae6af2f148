// SPDX-License-Identifier: Apache-2.0
#include "service/circuit_breaker.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include <mortise/testing/fake_clock.h>

using namespace mortise;
using namespace mortise::service;
using namespace std::chrono_literals;
using State = CircuitBreaker::State;

namespace {

void fail(CircuitBreaker& breaker, int times = 1) {
    for (int time = 0; time < times; ++time) breaker.ask().value().failed();
}

}  // namespace

TEST_CASE("five failures in a row open it, four and a success do not") {
    const testing::FakeClock clock;
    CircuitBreaker breaker({}, clock);
    fail(breaker, 4);
    breaker.ask()->succeeded();
    fail(breaker, 4);
    CHECK(breaker.state() == State::closed);
    fail(breaker);
    CHECK(breaker.state() == State::open);
    CHECK_FALSE(breaker.ask());
    CHECK(breaker.retry_after() == 60s);
}

TEST_CASE("after its time one trial passes; its success closes it") {
    testing::FakeClock clock;
    CircuitBreaker breaker({}, clock);
    fail(breaker, 5);
    clock.advance(59'999ms);
    CHECK_FALSE(breaker.ask());
    CHECK(breaker.retry_after() == 1ms);
    clock.advance(1ms);
    CHECK(breaker.state() == State::half_open);
    CHECK(breaker.retry_after() == 0ms);
    auto trial = breaker.ask();
    REQUIRE(trial);
    CHECK_FALSE(breaker.ask());
    CHECK(breaker.retry_after() > 0ms);
    trial->succeeded();
    CHECK(breaker.state() == State::closed);
    fail(breaker, 4);
    CHECK(breaker.state() == State::closed);
}

TEST_CASE("a trial that fails opens it for its whole time again") {
    testing::FakeClock clock;
    CircuitBreaker breaker({}, clock);
    fail(breaker, 5);
    clock.advance(60s);
    fail(breaker);
    CHECK(breaker.state() == State::open);
    CHECK(breaker.retry_after() == 60s);
}

TEST_CASE("with three trials it takes three successes to close") {
    testing::FakeClock clock;
    CircuitBreaker breaker({.failures = 1, .open_for = 1s, .trials = 3}, clock);
    fail(breaker);
    clock.advance(1s);
    auto one = breaker.ask();
    auto two = breaker.ask();
    auto three = breaker.ask();
    REQUIRE((one && two && three));
    CHECK_FALSE(breaker.ask());
    one->succeeded();
    two->succeeded();
    CHECK(breaker.state() == State::half_open);
    three->succeeded();
    CHECK(breaker.state() == State::closed);
}

TEST_CASE("a permit given back without a word is neither, and frees its trial") {
    testing::FakeClock clock;
    CircuitBreaker breaker({.failures = 1, .open_for = 1s}, clock);
    { const auto unused = breaker.ask(); }
    CHECK(breaker.state() == State::closed);
    fail(breaker);
    clock.advance(1s);
    { const auto unused = breaker.ask(); }
    CHECK(breaker.ask());
}

TEST_CASE("what began before it opened does not speak when it is half open") {
    testing::FakeClock clock;
    CircuitBreaker breaker({.failures = 1, .open_for = 1s}, clock);
    auto slow = breaker.ask();
    auto slower = breaker.ask();
    fail(breaker);
    clock.advance(1s);
    auto trial = breaker.ask();
    slow->succeeded();
    CHECK(breaker.state() == State::half_open);
    slower->failed();
    CHECK(breaker.state() == State::half_open);
    trial->succeeded();
    CHECK(breaker.state() == State::closed);
}

TEST_CASE("many threads at once: never more trials than allowed") {
    testing::FakeClock clock;
    CircuitBreaker breaker({.failures = 3, .open_for = 1ms, .trials = 2}, clock);
    std::atomic<int> inside = 0;
    std::atomic<bool> too_many = false;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread)
        threads.emplace_back([&, thread] {
            for (int round = 0; round < 3000; ++round) {
                const bool was_closed = breaker.state() == State::closed;
                auto permit = breaker.ask();
                if (!permit) {
                    clock.advance(1ms);
                    continue;
                }
                if (++inside > 4) too_many = true;
                --inside;
                if ((round + thread) % 3 == 0 || was_closed) {
                    permit->failed();
                } else {
                    permit->succeeded();
                }
            }
        });
    for (auto& thread : threads) thread.join();
    CHECK_FALSE(too_many);
    clock.advance(1s);
    CHECK(breaker.state() != State::open);
}
