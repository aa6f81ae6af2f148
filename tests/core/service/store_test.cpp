// SPDX-License-Identifier: Apache-2.0
// What every backend of the store must do.
#include <algorithm>
#include <atomic>
#include <limits>
#include <stdexcept>
#include <thread>
#include <vector>

#include "core/service/store_bench.h"

using namespace mortise;
using mortise::tests::for_each_store;
using mortise::tests::StoreBench;
using namespace std::chrono_literals;

TEST_CASE("a text is found until it is removed") {
    for_each_store([](StoreBench& bench) {
        Store& store = bench.store();
        CHECK_FALSE(store.get("a"));
        store.set("a", std::string_view("1\0\xFF", 3));
        CHECK(store.get("a") == std::string("1\0\xFF", 3));
        CHECK(store.exists("a"));
        CHECK(store.remove("a"));
        CHECK_FALSE(store.remove("a"));
        CHECK_FALSE(store.get("a"));
        store.set("a", "");
        CHECK(store.get("a") == "");
    });
}

TEST_CASE("many texts come in the order of their keys") {
    for_each_store([](StoreBench& bench) {
        bench.store().set("a", "1");
        bench.store().set("c", "3");
        const auto values = bench.store().get_many({"c", "b", "a"});
        REQUIRE(values.size() == 3);
        CHECK(values[0] == "3");
        CHECK_FALSE(values[1]);
        CHECK(values[2] == "1");
    });
}

TEST_CASE("a key is gone in the millisecond its time is over") {
    for_each_store([](StoreBench& bench) {
        Store& store = bench.store();
        store.set("a", "1", 1000ms);
        bench.pass(999ms);
        CHECK(store.get("a") == "1");
        CHECK(store.expires_in("a") == 1ms);
        bench.pass(1ms);
        CHECK_FALSE(store.get("a"));
        CHECK_FALSE(store.expires_in("a"));
        CHECK_FALSE(store.expire("a", 1s));
    });
}

TEST_CASE("setting again replaces the time to live, also by none") {
    for_each_store([](StoreBench& bench) {
        Store& store = bench.store();
        store.set("a", "1", 1s);
        store.set("a", "2");
        bench.pass(2s);
        CHECK(store.get("a") == "2");
        CHECK(store.expire("a", 1s));
        CHECK(store.expire("a", 3s));
        bench.pass(2s);
        CHECK(store.exists("a"));
        bench.pass(1s);
        CHECK_FALSE(store.exists("a"));
    });
}

TEST_CASE("a time to live that is not positive is refused") {
    for_each_store([](StoreBench& bench) {
        CHECK_THROWS_AS(bench.store().set("a", "1", 0ms), std::invalid_argument);
        CHECK_THROWS_AS(bench.store().set_if_absent("a", "1", -1ms), std::invalid_argument);
        CHECK_THROWS_AS(bench.store().add("a", 1, {.ttl = 0ms}), std::invalid_argument);
        CHECK_FALSE(bench.store().exists("a"));
    });
}

TEST_CASE("only the first sets what is absent, and again after it expired") {
    for_each_store([](StoreBench& bench) {
        Store& store = bench.store();
        CHECK(store.set_if_absent("lock", "me", 5s));
        CHECK_FALSE(store.set_if_absent("lock", "you", 5s));
        CHECK(store.get("lock") == "me");
        bench.pass(5s);
        CHECK(store.set_if_absent("lock", "you"));
    });
}

TEST_CASE("compare-and-set changes only what is as expected") {
    for_each_store([](StoreBench& bench) {
        Store& store = bench.store();
        CHECK_FALSE(store.compare_and_set("a", "", "1"));
        store.set("a", "1");
        CHECK_FALSE(store.compare_and_set("a", "2", "3"));
        CHECK(store.compare_and_set("a", "1", "2", 1s));
        CHECK_FALSE(store.compare_and_remove("a", "1"));
        CHECK(store.get("a") == "2");
        CHECK(store.compare_and_remove("a", "2"));
        CHECK_FALSE(store.exists("a"));
    });
}

TEST_CASE("adding starts at nothing, keeps the first time to live and tells what is left of it") {
    for_each_store([](StoreBench& bench) {
        Store& store = bench.store();
        const auto first = store.add("n", 5, {.ttl = 10s});
        CHECK(first.value == 5);
        CHECK(first.expires_in == 10s);
        bench.pass(4s);
        const auto second = store.add("n", -7, {.ttl = 10s});
        CHECK(second.value == -2);
        CHECK(second.expires_in == 6s);
        CHECK(store.get("n") == "-2");
        bench.pass(6s);
        CHECK(store.add("n").value == 1);
        CHECK_FALSE(store.add("n").expires_in);
    });
}

TEST_CASE("adding stops at the ceiling") {
    for_each_store([](StoreBench& bench) {
        Store& store = bench.store();
        CHECK_FALSE(store.add("n", 3, {.at_most = 2}).stored);
        CHECK_FALSE(store.exists("n"));
        CHECK(store.add("n", 2, {.ttl = 1s, .at_most = 2}).stored);
        const auto refused = store.add("n", 1, {.at_most = 2});
        CHECK_FALSE(refused.stored);
        CHECK(refused.value == 2);
        CHECK(refused.expires_in == 1s);
    });
}

TEST_CASE("adding to what is no number, or beyond 64 bits, changes nothing") {
    for_each_store([](StoreBench& bench) {
        Store& store = bench.store();
        store.set("text", "12x");
        CHECK_THROWS_AS(store.add("text"), std::logic_error);
        store.set("most", std::to_string(std::numeric_limits<std::int64_t>::max()));
        CHECK_THROWS_AS(store.add("most"), std::out_of_range);
        CHECK(store.add("most", 0).value == std::numeric_limits<std::int64_t>::max());
    });
}

TEST_CASE("a hash holds fields and is gone with its last") {
    for_each_store([](StoreBench& bench) {
        Store& store = bench.store();
        CHECK(store.hash_set("h", "a", "1"));
        CHECK_FALSE(store.hash_set("h", "a", "2"));
        CHECK(store.hash_add("h", "n", 4) == 4);
        CHECK(store.hash_add("h", "n", -1) == 3);
        CHECK_THROWS_AS(store.hash_set("x", "t", "y") && store.hash_add("x", "t", 1) == 0, std::logic_error);
        CHECK(store.hash_get("h", "a") == "2");
        CHECK_FALSE(store.hash_get("h", "b"));
        CHECK_FALSE(store.hash_get("none", "b"));
        CHECK(store.hash_all("h") == std::map<std::string, std::string>{{"a", "2"}, {"n", "3"}});
        CHECK(store.hash_remove("h", "a"));
        CHECK_FALSE(store.hash_remove("h", "a"));
        CHECK(store.hash_remove("h", "n"));
        CHECK_FALSE(store.exists("h"));
        CHECK(store.hash_all("h").empty());
    });
}

TEST_CASE("a set holds each member once and is gone with its last") {
    for_each_store([](StoreBench& bench) {
        Store& store = bench.store();
        CHECK(store.set_add("s", "a"));
        CHECK_FALSE(store.set_add("s", "a"));
        CHECK(store.set_add("s", "b"));
        CHECK(store.set_size("s") == 2);
        CHECK(store.set_contains("s", "a"));
        CHECK_FALSE(store.set_contains("s", "c"));
        auto members = store.set_members("s");
        std::ranges::sort(members);
        CHECK(members == std::vector<std::string>{"a", "b"});
        CHECK(store.set_remove("s", "a"));
        CHECK_FALSE(store.set_remove("s", "a"));
        CHECK(store.expire("s", 1s));
        bench.pass(1s);
        CHECK(store.set_size("s") == 0);
        CHECK_FALSE(store.set_contains("s", "b"));
    });
}

TEST_CASE("one key holds one kind until it is set anew") {
    for_each_store([](StoreBench& bench) {
        Store& store = bench.store();
        store.hash_set("k", "f", "v");
        CHECK_THROWS_AS(store.get("k"), std::logic_error);
        CHECK_THROWS_AS(store.add("k"), std::logic_error);
        CHECK_THROWS_AS(store.set_add("k", "m"), std::logic_error);
        CHECK_FALSE(store.set_if_absent("k", "v"));
        store.set("k", "text");
        CHECK(store.get("k") == "text");
        CHECK_THROWS_AS(store.hash_get("k", "f"), std::logic_error);
    });
}

TEST_CASE("under any concurrency no more than the ceiling is admitted, and no addition is lost") {
    for_each_store([](StoreBench& bench) {
        Store& store = bench.store();
        std::atomic<int> admitted = 0;
        std::vector<std::thread> threads;
        for (int thread = 0; thread < 4; ++thread)
            threads.emplace_back([&] {
                for (int round = 0; round < 2000; ++round) {
                    if (store.add("limit", 1, {.ttl = 1h, .at_most = 100}).stored) ++admitted;
                    store.add("sum", 2);
                    store.hash_add("h", "sum", 3);
                    const std::string own = "k" + std::to_string(round % 64);
                    store.set(own, "v", 1ms);
                    store.set_add("s", own);
                    store.set_remove("s", own);
                    if (round % 100 == 0) bench.pass(1ms);
                }
            });
        for (auto& thread : threads) thread.join();
        CHECK(admitted == 100);
        CHECK(store.get("sum") == "16000");
        CHECK(store.hash_get("h", "sum") == "24000");
    });
}

TEST_CASE("of many who compare and set at once one wins each round") {
    for_each_store([](StoreBench& bench) {
        Store& store = bench.store();
        store.set("n", "0");
        std::vector<std::thread> threads;
        for (int thread = 0; thread < 3; ++thread)
            threads.emplace_back([&store] {
                for (int done = 0; done < 300;) {
                    const std::string seen = *store.get("n");
                    if (store.compare_and_set("n", seen, std::to_string(std::stoi(seen) + 1))) ++done;
                }
            });
        for (auto& thread : threads) thread.join();
        CHECK(store.get("n") == "900");
    });
}

TEST_CASE("messages reach those subscribed at the time, in order, each channel its own") {
    for_each_store([](StoreBench& bench) {
        Store& store = bench.store();
        store.publish("a", "before");
        std::vector<std::string> heard;
        auto subscription =
            store.subscribe("a", [&](std::string_view message) { heard.emplace_back(message); });
        auto other = store.subscribe("b", [&](std::string_view message) { heard.emplace_back(message); });
        other.reset();
        for (int number = 0; number < 100; ++number) store.publish("a", std::to_string(number));
        store.publish("b", "to nobody");
        bench.settle();
        subscription.reset();
        store.publish("a", "after");
        bench.settle();
        REQUIRE(heard.size() == 100);
        for (int number = 0; number < 100; ++number)
            CHECK(heard[static_cast<std::size_t>(number)] == std::to_string(number));
    });
}

TEST_CASE("a listener that throws does not keep the message from the others") {
    for_each_store([](StoreBench& bench) {
        std::atomic<int> heard = 0;
        const auto bad =
            bench.store().subscribe("a", [](std::string_view) { throw std::runtime_error("bad"); });
        const auto worse = bench.store().subscribe("a", [](std::string_view) { throw 7; });
        const auto good = bench.store().subscribe("a", [&](std::string_view) { ++heard; });
        bench.store().publish("a", "1");
        bench.store().publish("a", "2");
        bench.settle();
        CHECK(heard == 2);
    });
}

TEST_CASE("a listener may end its own subscription and publish from where it is") {
    for_each_store([](StoreBench& bench) {
        std::atomic<int> heard = 0;
        Subscription once;
        once = bench.store().subscribe("a", [&](std::string_view) {
            ++heard;
            once.reset();
            bench.store().publish("a", "again");
        });
        const auto other = bench.store().subscribe("a", [&](std::string_view) { ++heard; });
        bench.store().publish("a", "1");
        bench.settle();
        bench.settle();
        CHECK(heard == 3);
    });
}

TEST_CASE("after a subscription has ended its listener is not running any more") {
    for_each_store([](StoreBench& bench) {
        for (int round = 0; round < 200; ++round) {
            auto alive = std::make_unique<std::string>("alive");
            auto subscription = bench.store().subscribe("a", [&](std::string_view) { alive->append("."); });
            bench.store().publish("a", "1");
            subscription.reset();
            alive.reset();  // a listener still at work would touch freed memory: the sanitizers watch
        }
        bench.settle();
        SUCCEED();
    });
}
