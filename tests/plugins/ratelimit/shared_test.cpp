// SPDX-License-Identifier: Apache-2.0
// Counting in a real Redis: exact over processes, and what happens while it is away.
#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <semaphore>
#include <string>
#include <vector>

#include <mortise/testing/fake_clock.h>

#include "plugins/ratelimit/shared_windows.h"
#include "service/redis/redis_store.h"
#include "support/child_process.h"
#include "support/redis_server.h"

using namespace std::chrono_literals;
using mortise::test::ChildProcess;
using mortise::test::RedisServer;
using ratelimit::SharedWindows;
using ratelimit::Tally;

namespace {

/// One node that counts in this Redis.
struct Node {
    explicit Node(const std::string& url, std::size_t threads = 4, std::chrono::milliseconds patience = 10s)
        : store(settings(url, patience), clock, mortise::Log()),
          windows(store, {threads, 1000}, mortise::Log()) {
        windows.start();
    }
    static mortise::service::RedisSettings settings(const std::string& url,
                                                    std::chrono::milliseconds patience) {
        mortise::service::RedisSettings settings;
        settings.address = mortise::service::RedisAddress::parse(url);
        settings.connect_timeout = settings.timeout = patience;
        return settings;
    }
    Tally count(const std::string& key, std::int64_t limit) {
        std::promise<Tally> told;
        windows.count({key, 60s, limit, [&](const Tally& tally) { told.set_value(tally); }});
        return told.get_future().get();
    }

    mortise::testing::FakeClock clock;
    mortise::service::RedisStore store;
    SharedWindows windows;
};

// So many tries for one key by a node's threads; how many were let in.
int admitted_of(const std::string& url, int tries, std::int64_t limit) {
    Node node(url);
    std::atomic<int> admitted{0};
    std::counting_semaphore<> told(0), room(500);
    for (int count = 0; count < tries; ++count) {
        room.acquire();
        node.windows.count({"ratelimit:strict:user:ann", 60s, limit, [&](const Tally& tally) {
                                if (tally.kind == Tally::Kind::counted) ++admitted;
                                room.release();
                                told.release();
                            }});
    }
    for (int count = 0; count < tries; ++count) told.acquire();
    return admitted;
}

}  // namespace

TEST_CASE("8 processes of 4 threads and 100,000 tries: exactly the limit is admitted, window after window") {
    constexpr int nodes = 8, windows = 4, tries = 100'000 / nodes / windows;
    RedisServer redis;
    for (const std::int64_t limit : {137, 1, 2000, 24'000}) {
        std::vector<std::unique_ptr<ChildProcess>> crowd;
        for (int node = 0; node < nodes; ++node)
            crowd.push_back(std::make_unique<ChildProcess>([&](const ChildProcess::Send& send) {
                send(std::to_string(admitted_of(redis.url(), tries, limit)));
            }));
        int admitted = 0;
        for (const auto& node : crowd) {
            std::string line;
            REQUIRE(node->read_line(line));
            admitted += std::stoi(line);
            CHECK(node->wait() == 0);
        }
        CHECK(admitted == limit);
        redis.pass(60s);
    }
}

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
