// SPDX-License-Identifier: Apache-2.0
#include "service/event_bus.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include <mortise/testing/fake_clock.h>
#include "core/service/tally.h"
#include "service/memory_store.h"

using namespace mortise;
using namespace mortise::service;
using mortise::tests::Tally;

TEST_CASE("when publish returns every listener has been called, in the order they subscribed") {
    EventBus bus_bus("n1", nullptr, Log{});
    Events& bus = bus_bus;
    std::vector<std::string> heard;
    const auto one = bus.subscribe("users.deleted", [&](const Event& event) {
        heard.push_back("one " + std::string(event.payload.at("id").as_string()));
        CHECK(event.name == "users.deleted");
        CHECK(event.from_here);
    });
    const auto two = bus.subscribe("users.deleted", [&](const Event&) { heard.emplace_back("two"); });
    const auto other = bus.subscribe("users.made", [&](const Event&) { heard.emplace_back("other"); });
    bus.publish("users.deleted", {{"id", "u1"}}, Reach::this_node);
    CHECK(heard == std::vector<std::string>{"one u1", "two"});
}

TEST_CASE("a listener that throws is not noticed by the others or the publisher") {
    EventBus bus_bus("n1", nullptr, Log{});
    Events& bus = bus_bus;
    int heard = 0;
    const auto bad = bus.subscribe("a", [](const Event&) { throw std::runtime_error("bad"); });
    const auto worse = bus.subscribe("a", [](const Event&) { throw 7; });
    const auto good = bus.subscribe("a", [&](const Event&) { ++heard; });
    CHECK_NOTHROW(bus.publish("a", nullptr, Reach::all_nodes));
    CHECK(heard == 1);
}

TEST_CASE("a plugin's const member is a listener") {
    struct Plugin {
        std::atomic<int>& heard;
        void on(const Event&) const { ++heard; }
    };
    std::atomic<int> heard = 0;
    const Plugin plugin{heard};
    EventBus bus_bus("n1", nullptr, Log{});
    Events& bus = bus_bus;
    const auto subscription = bus.subscribe("a", &plugin, &Plugin::on);
    bus.publish("a", nullptr, Reach::this_node);
    CHECK(heard == 1);
}

TEST_CASE("an event reaches the other nodes once, and its own node not again") {
    const testing::FakeClock clock;
    MemoryStore shared({}, clock, Log{});
    EventBus here_bus("n1", &shared, Log{});
    Events& here = here_bus;
    EventBus there_bus("n2", &shared, Log{});
    Events& there = there_bus;
    std::atomic<int> heard_here = 0;
    Tally heard_there;
    const auto one = here.subscribe("a", [&](const Event&) { ++heard_here; });
    const auto two = there.subscribe("a", [&](const Event& event) {
        if (!event.from_here && event.payload.at("n") == 7) ++heard_there;
    });
    here.publish("a", {{"n", 7}}, Reach::all_nodes);
    CHECK(heard_here == 1);
    here.publish("a", {{"n", 7}}, Reach::this_node);
    CHECK(heard_here == 2);
    here.publish("a", {{"n", 7}}, Reach::all_nodes);
    heard_there.wait_for(2);
    shared.settle();
    CHECK(heard_here == 3);
    CHECK(heard_there.count() == 2);
}

TEST_CASE("a listener may publish, subscribe and end subscriptions, its own too") {
    EventBus bus_bus("n1", nullptr, Log{});
    Events& bus = bus_bus;
    std::vector<Subscription> kept;
    Subscription once;
    int heard = 0;
    once = bus.subscribe("a", [&](const Event&) {
        ++heard;
        once.reset();
        kept.push_back(bus.subscribe("b", [&](const Event&) { ++heard; }));
        bus.publish("b", nullptr, Reach::this_node);
        bus.publish("a", nullptr, Reach::this_node);
    });
    bus.publish("a", nullptr, Reach::this_node);
    CHECK(heard == 2);
}

TEST_CASE("a subscription may outlive the bus") {
    Subscription subscription;
    {
        EventBus bus_bus("n1", nullptr, Log{});
        Events& bus = bus_bus;
        subscription = bus.subscribe("a", [](const Event&) {});
    }
    subscription.reset();
    CHECK_FALSE(subscription);
}

TEST_CASE("publishing, subscribing and ending from many threads at once") {
    EventBus bus_bus("n1", nullptr, Log{});
    Events& bus = bus_bus;
    std::atomic<int> heard = 0;
    std::atomic<int> touched = 0;
    const auto steady = bus.subscribe("a", [&](const Event&) { ++heard; });
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 3; ++thread)
        threads.emplace_back([&] {
            for (int round = 0; round < 500; ++round) {
                const auto alive = std::make_unique<int>(round);
                const auto passing = bus.subscribe("a", [&](const Event&) { touched += *alive; });
                bus.publish("a", nullptr, Reach::this_node);
            }
        });
    for (auto& thread : threads) thread.join();
    CHECK(heard == 1500);
}
