// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/testing/fake_clock.h>

#include "plugin/route_breakers.h"

using namespace std::chrono_literals;

namespace {

struct BreakerFixture {
    mortise::testing::FakeClock clock;
    std::unique_ptr<mortise::http::RouteBreaker> breaker = make();

    std::unique_ptr<mortise::http::RouteBreaker> make() {
        mortise::RouteDeclaration route;
        route.breaker = mortise::BreakerIntent{2, 10s};
        return mortise::plugin::route_breakers(clock)(route);
    }
};

}  // namespace

TEST_CASE("a route without a breaker gets none") {
    const mortise::testing::FakeClock clock;
    CHECK(mortise::plugin::route_breakers(clock)(mortise::RouteDeclaration{}) == nullptr);
}

TEST_CASE_METHOD(BreakerFixture, "a route's breaker opens after its failures, waits, tries once and closes") {
    for (int number = 0; number < 2; ++number) {
        const auto ticket = breaker->allow();
        REQUIRE(ticket != 0);
        breaker->failed(ticket);
    }
    CHECK(breaker->allow() == 0);
    CHECK(breaker->retry_after() == 10s);
    clock.advance(10s);
    CHECK(breaker->retry_after() == 0s);
    const auto trial = breaker->allow();
    REQUIRE(trial != 0);
    CHECK(breaker->allow() == 0);
    breaker->succeeded(trial);
    CHECK(breaker->allow() != 0);
}

TEST_CASE_METHOD(BreakerFixture, "what ends late says nothing about the trial") {
    const auto slow = breaker->allow();
    for (int number = 0; number < 2; ++number) breaker->failed(breaker->allow());
    clock.advance(10s);
    const auto trial = breaker->allow();
    REQUIRE(trial != 0);
    breaker->succeeded(slow);
    CHECK(breaker->allow() == 0);
    breaker->failed(trial);
    CHECK(breaker->retry_after() == 10s);
}
