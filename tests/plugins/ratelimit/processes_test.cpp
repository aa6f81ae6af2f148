// SPDX-License-Identifier: Apache-2.0
// Exactness over processes: nothing that TSan could see, and much work for it.
#include <catch2/catch.hpp>

#include <atomic>
#include <memory>
#include <semaphore>
#include <string>
#include <vector>

#include "node.h"
#include "support/child_process.h"
#include "support/redis_server.h"

using mortise::test::ChildProcess;
using mortise::test::RedisServer;
using ratelimit::Tally;
using namespace ratelimit::test;

namespace {

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
