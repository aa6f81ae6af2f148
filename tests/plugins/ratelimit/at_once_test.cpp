// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include <mortise/testing/test_host.h>

using mortise::testing::TestHost;

TEST_CASE("requests and events of many threads at once are let through exactly as often as the policy says") {
    TestHost house("doors", "own: message");
    house.beside("ratelimit", "");
    house.start();
    std::atomic<int> admitted{0};
    {
        std::vector<std::jthread> crowd;
        for (int thread = 0; thread < 8; ++thread)
            crowd.emplace_back([&] {
                auto ann = house.connect("ann");
                for (int count = 0; count < 20; ++count) {
                    if (house.get("/own").as("ann").send().status == 200) ++admitted;
                    if (ann.emit("say", {}).at("ok") == true) ++admitted;
                }
            });
    }
    CHECK(admitted == 30);
}
