// SPDX-License-Identifier: Apache-2.0
// What counts, by itself: exactness under many threads, bounds, and a store that comes and goes.
#include <catch2/catch.hpp>

#include <atomic>
#include <barrier>
#include <thread>

#include <mortise/testing/fake_clock.h>

#include "plugins/ratelimit/window_table.h"

using namespace std::chrono_literals;
using mortise::testing::FakeClock;
using ratelimit::Tally;
using ratelimit::WindowTable;

TEST_CASE("32 threads and 100,000 tries: exactly the limit is admitted, window after window") {
    constexpr int threads = 32, windows = 5, tries = 100'000 / threads / windows;
    constexpr std::int64_t limit = 137;
    FakeClock clock;
    WindowTable table(clock, {60s, 60s}, 1000);
    std::array<std::array<std::atomic<std::int64_t>, 2>, windows> admitted{};
    int window = 0;
    std::barrier round(threads, [&]() noexcept {
        clock.advance(60s);
        ++window;
    });
    std::vector<std::jthread> crowd;
    for (int thread = 0; thread < threads; ++thread)
        crowd.emplace_back([&] {
            for (int own = 0; own < windows; ++own) {
                for (int count = 0; count < tries; ++count) {
                    const auto subject = static_cast<std::size_t>(count % 2);
                    // The same policy and two subjects, then two policies and the same subject.
                    const bool by_policy = own % 2 == 1;
                    const Tally tally = table.count(by_policy ? subject : 0,
                                                    by_policy || subject == 0 ? "ann" : "ben", limit);
                    if (tally.kind == Tally::Kind::counted)
                        ++admitted[static_cast<std::size_t>(window)][subject];
                }
                round.arrive_and_wait();
            }
        });
    crowd.clear();
    for (const auto& each : admitted) {
        CHECK(each[0] == limit);
        CHECK(each[1] == limit);
    }
}

TEST_CASE("250,000 subjects take the room there is, and no more") {
    FakeClock clock;
    WindowTable table(clock, {60s, 3600s}, 5000);
    int unknown = 0;
    for (int number = 0; number < 250'000; ++number) {
        const Tally tally = table.count(static_cast<std::size_t>(number % 2), std::to_string(number), 1);
        unknown += tally.kind == Tally::Kind::unknown ? 1 : 0;
        if (number % 50'000 == 0) CHECK(table.size() <= 5000);
        // Enough that the shorter windows end, now and then.
        if (number % 1000 == 0) clock.advance(1s);
    }
    CHECK(table.size() <= 5000);
    CHECK(unknown > 0);
    CHECK(unknown < 250'000 - 5000);
    clock.advance(3600s);
    CHECK(table.count(0, "new", 1).kind == Tally::Kind::counted);
    CHECK(table.size() < 5000);
}

TEST_CASE("windows that have ended go while others are counted") {
    FakeClock clock;
    WindowTable table(clock, {60s}, 100'000);
    for (int number = 0; number < 10'000; ++number) table.count(0, std::to_string(number), 1);
    CHECK(table.size() == 10'000);
    clock.advance(60s);
    for (int number = 0; number < 10'000; ++number) table.count(0, "x" + std::to_string(number), 1);
    CHECK(table.size() < 11'000);
}

TEST_CASE("a subject that was closed is over until its time is up, and no other is") {
    FakeClock clock;
    WindowTable table(clock, {60s, 60s}, 1000);
    Tally tally;
    CHECK_FALSE(table.is_over(0, "ann", 5, tally));
    table.close(0, "ann", 5, 30s);
    clock.advance(10s);
    REQUIRE(table.is_over(0, "ann", 5, tally));
    CHECK(tally.kind == Tally::Kind::over);
    CHECK(tally.left == 20s);
    CHECK_FALSE(table.is_over(0, "ann", 6, tally));  // another role's limit
    CHECK_FALSE(table.is_over(1, "ann", 5, tally));
    CHECK_FALSE(table.is_over(0, "ben", 5, tally));
    clock.advance(20s);
    CHECK_FALSE(table.is_over(0, "ann", 5, tally));
}
