// SPDX-License-Identifier: Apache-2.0
// Counting in a real Redis, and what happens while it is away.
#include <catch2/catch.hpp>

#include <atomic>
#include <memory>
#include <thread>

#include "node.h"
#include "support/redis_server.h"

using mortise::test::RedisServer;
using ratelimit::Tally;
using namespace ratelimit::test;

TEST_CASE("the store says how much is used and how long the window goes on") {
    RedisServer redis;
    Node node(redis.url());
    Tally tally = node.count("k", 2);
    CHECK(tally.kind == Tally::Kind::counted);
    CHECK(tally.used == 1);
    CHECK(tally.left == 60s);
    redis.pass(20s);
    CHECK(node.count("k", 2).used == 2);
    tally = node.count("k", 2);
    CHECK(tally.kind == Tally::Kind::over);
    CHECK(tally.left == 40s);
    redis.pass(40s);
    CHECK(node.count("k", 2).used == 1);
}

TEST_CASE("nothing is known while Redis is away, and everything again when it is back") {
    RedisServer redis;
    Node node(redis.url(), 4, 50ms);
    CHECK(node.count("k", 5).kind == Tally::Kind::counted);
    redis.kill();
    for (int count = 0; count < 20; ++count) CHECK(node.count("k", 5).kind == Tally::Kind::unknown);
    redis.start();
    node.clock.advance(1min);  // the store's breaker tries again
    CHECK(node.count("k", 5).kind == Tally::Kind::counted);
}

TEST_CASE(
    "more than may wait are told at once that nothing is known; those who wait at the end are forgotten") {
    RedisServer redis;
    Node node(redis.url(), 1);
    CHECK(node.count("k", 5).kind == Tally::Kind::counted);
    redis.freeze();
    const auto kept = std::make_shared<int>();
    std::atomic<int> unknown{0}, counted{0};
    for (int count = 0; count < 1010; ++count)
        node.windows.count({"k", 60s, 5, [&, kept](const Tally& tally) {
                                ++(tally.kind == Tally::Kind::unknown ? unknown : counted);
                            }});
    CHECK(unknown >= 9);  // one may be with the thread
    CHECK(unknown <= 10);
    CHECK(node.windows.waiting() == 1000);
    std::thread stopping([&] { node.windows.stop(); });
    redis.thaw();
    stopping.join();
    CHECK(node.windows.waiting() == 0);
    node.windows.count({"k", 60s, 5, [&, kept](const Tally&) { ++counted; }});
    CHECK(kept.use_count() == 1);
}
