// SPDX-License-Identifier: Apache-2.0
// Who lives, who is lost, and who only could not be seen for a while.
#include "service/node_watch.h"

#include <optional>
#include <stdexcept>
#include <vector>

#include "core/service/redis_node.h"
#include "core/service/tally.h"
#include "service/memory_store.h"
#include "service/system_clock.h"
#include "support/redis_server.h"

using namespace mortise;
using namespace mortise::service;
using namespace mortise::tests;

namespace {

using Names = std::vector<std::string>;

/// Nodes on one store, which beat when they are told to.
struct Town {
    testing::FakeClock clock;
    MemoryStore store{{}, clock, Log{}};

    struct Inhabitant {
        explicit Inhabitant(Town& town) : watch({}, town.store, town.clock, Log{}) {
            heard = watch.on_lost([this](const std::string& node) { lost.push_back(node); });
        }
        NodeWatch watch;
        Names lost;
        Subscription heard;
    };

    /// Lets time pass, while these go on beating.
    void pass(std::chrono::seconds time, std::initializer_list<Inhabitant*> alive) {
        for (; time > 0s; time -= 1s) {
            clock.advance(1s);
            for (Inhabitant* each : alive) each->watch.beat();
        }
    }
};

}  // namespace

TEST_CASE("a node that falls silent is lost once its lease is over, and each other one is told once") {
    Town town;
    Town::Inhabitant ann(town), ben(town), cay(town);
    town.pass(20s, {&ann, &ben, &cay});
    CHECK(ann.watch.is_alive(cay.watch.self()));
    town.pass(9s, {&ann, &ben});
    CHECK(ann.watch.is_alive(cay.watch.self()));
    CHECK(ann.lost.empty());
    town.pass(1s, {&ann, &ben});
    CHECK_FALSE(ann.watch.is_alive(cay.watch.self()));
    town.pass(100s, {&ann, &ben});
    CHECK(ann.lost == Names{cay.watch.self()});
    CHECK(ben.lost == ann.lost);
    CHECK(cay.watch.is_alive(cay.watch.self()));  // of oneself one need not ask
}

TEST_CASE("a node that was lost before anybody else was there is found by who comes after it") {
    Town town;
    std::optional<Town::Inhabitant> ann(town);
    const std::string first = ann->watch.self();
    town.pass(5s, {&*ann});
    ann.emplace(town);
    CHECK(ann->watch.self() != first);
    town.pass(20s, {&*ann});
    CHECK(ann->lost == Names{first});
}

TEST_CASE("a node that comes back hears that it was lost, and can be lost again") {
    Town town;
    Town::Inhabitant ann(town), ben(town);
    town.pass(20s, {&ann, &ben});
    town.pass(15s, {&ann});
    town.pass(1s, {&ann, &ben});
    CHECK(ben.lost == Names{ben.watch.self()});
    CHECK(ann.watch.is_alive(ben.watch.self()));
    town.pass(20s, {&ann, &ben});
    CHECK(ben.lost.size() == 1);
    town.pass(15s, {&ann});
    CHECK(ann.lost == Names{ben.watch.self(), ben.watch.self()});
}

TEST_CASE("what a listener throws is nobody else's matter") {
    Town town;
    Town::Inhabitant ann(town), ben(town);
    const auto bad = ben.watch.on_lost([](const std::string&) { throw std::runtime_error("bad"); });
    int heard = 0;
    auto good = ben.watch.on_lost([&](const std::string&) { ++heard; });
    ben.watch.tell_lost("x");
    good.reset();
    ben.watch.tell_lost("y");
    CHECK(heard == 1);
    CHECK(ben.lost == Names{"x", "y"});
}

TEST_CASE("alone there is no thread, and nobody on any list") {
    Town town;
    Town::Inhabitant ann(town);
    ann.watch.start();
    ann.watch.stop();
    CHECK(town.store.bytes() == 0);
}

TEST_CASE("a Redis that is away or was emptied loses nobody") {
    test::RedisServer server;
    Node ann_node(impatient(server.url())), ben_node(impatient(server.url()));
    NodeWatch ann({}, ann_node.store, ann_node.clock, Log{}), ben({}, ben_node.store, ben_node.clock, Log{});
    Names lost;
    const auto heard = ann.on_lost([&](const std::string& node) { lost.push_back(node); });
    const auto pass = [&](std::chrono::seconds time, bool is_ben_there) {
        for (; time > 0s; time -= 1s) {
            server.pass(1s);
            ann_node.clock.advance(1s);
            ben_node.clock.advance(1s);
            ann.beat();
            if (is_ben_there) ben.beat();
        }
    };
    pass(20s, true);
    server.freeze();
    CHECK_FALSE(ann.beat());
    pass(11s, true);
    server.thaw();
    pass(6s, false);  // one finds it again before the other does
    pass(20s, true);
    CHECK(lost == Names{ann.self()});
    server.empty();
    pass(1s, false);
    pass(20s, true);
    CHECK(lost.size() == 1);
    pass(15s, false);
    CHECK(lost == Names{ann.self(), ben.self()});
}

TEST_CASE("nodes on one Redis find who is lost by themselves, and say goodbye to nobody") {
    test::RedisServer server(test::RedisServer::Clock::runs);
    const SystemClock clock;
    RedisStore one_redis(settings_for(server.url()), clock, Log{});
    RedisStore other_redis(settings_for(server.url()), clock, Log{});
    const NodeSettings hasty{.lease = 500ms, .beat = 10ms};
    NodeWatch one(hasty, one_redis, clock, Log{}), other(hasty, other_redis, clock, Log{});
    Store& store = one_redis;
    Tally told;
    const auto listener = [&](const std::string& node) {
        if (node == "ghost") ++told;
    };
    const auto one_hears = one.on_lost(listener), other_hears = other.on_lost(listener);
    one.start();
    other.start();
    store.set_add("nodes", "ghost");
    told.wait_for(2);
    CHECK(one.is_alive(other.self()));
    other.stop();
    CHECK_FALSE(one.is_alive(other.self()));
    CHECK_FALSE(store.set_contains("nodes", other.self()));
}
