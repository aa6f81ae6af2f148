// SPDX-License-Identifier: Apache-2.0
// What only the store in memory can show.
#include "service/memory_store.h"

#include <catch2/catch.hpp>

#include <future>

#include <mortise/error.h>
#include <mortise/testing/fake_clock.h>

using namespace mortise;
using namespace mortise::service;
using namespace std::chrono_literals;

namespace {

StoreSettings small(std::size_t max_bytes) {
    return {.max_bytes = max_bytes, .backlog_bytes = 1000};
}

}  // namespace

TEST_CASE("a full store refuses what would grow it, keeps what it has, and takes again when there is room") {
    const testing::FakeClock clock;
    MemoryStore memory(small(2000), clock, Log{});
    Store& store = memory;
    const std::string big(1500, 'x');
    store.set("a", big);
    try {
        store.set("b", big);
        FAIL("a second one fits");
    } catch (const Error& error) {
        CHECK(error.code() == Code::unavailable);
    }
    CHECK_FALSE(store.exists("b"));
    CHECK(store.get("a") == big);
    store.set("a", "small");
    store.set("b", big);
    CHECK(store.exists("b"));
}

TEST_CASE("what has expired makes room before anything is refused") {
    testing::FakeClock clock;
    MemoryStore memory(small(8000), clock, Log{});
    Store& store = memory;
    for (int key = 0; key < 20; ++key) store.set(std::to_string(key), std::string(200, 'x'), 1s);
    CHECK_THROWS_AS(store.set("big", std::string(5000, 'x')), Error);
    clock.advance(1s);
    store.set("big", std::string(5000, 'x'));
    CHECK(store.exists("big"));
}

TEST_CASE("a hash or set that found no room for its first member leaves nothing behind") {
    const testing::FakeClock clock;
    MemoryStore memory(small(400), clock, Log{});
    Store& store = memory;
    CHECK_THROWS_AS(store.hash_set("h", "f", std::string(300, 'x')), Error);
    CHECK_THROWS_AS(store.set_add("s", std::string(300, 'x')), Error);
    CHECK(memory.bytes() == 0);
    CHECK_FALSE(store.exists("h"));
    CHECK_FALSE(store.exists("s"));
}

TEST_CASE("the bytes counted return to nothing when everything is gone") {
    testing::FakeClock clock;
    MemoryStore memory({}, clock, Log{});
    Store& store = memory;
    store.set("a", "1", 1s);
    store.set("a", "longer");
    store.set("a", "s");
    store.add("n", 5);
    store.add("n", 500);
    store.hash_set("h", "f", "v");
    store.hash_set("h", "f", "longer");
    store.hash_add("h", "n", 9);
    store.hash_add("h", "n", 9);
    store.set_add("s", "m");
    store.compare_and_set("a", "s", "ten");
    CHECK(memory.bytes() > 0);
    for (const char* key : {"a", "n", "h"}) CHECK(store.remove(key));
    CHECK(store.set_remove("s", "m"));
    CHECK(memory.bytes() == 0);
}

TEST_CASE("listeners too slow for the backlog lose it, are told of the gap and hear what comes after") {
    const testing::FakeClock clock;
    MemoryStore memory(small(100000), clock, Log{});
    Store& store = memory;
    std::promise<void> entered;
    std::promise<void> go_on;
    std::vector<std::string> heard;
    const auto subscription = store.subscribe(
        "a",
        [&](std::string_view message) {
            heard.emplace_back(message);
            if (message == "first") {
                entered.set_value();
                go_on.get_future().wait();
            }
        },
        [&] { heard.emplace_back("gap"); });
    store.publish("a", "first");
    entered.get_future().wait();
    for (int number = 0; number < 100; ++number) store.publish("a", "lost or last");
    go_on.set_value();
    memory.settle();
    REQUIRE(heard.size() > 1);
    CHECK(heard[0] == "first");
    CHECK(heard[1] == "gap");
    CHECK(heard.size() < 50);
    store.publish("a", "after");
    memory.settle();
    CHECK(heard.back() == "after");
}
