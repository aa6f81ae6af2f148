// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <mutex>
#include <string>
#include <utility>

#include <atomic>
#include <barrier>
#include <future>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

#include "plugin/worker_pool.h"

using namespace std::chrono_literals;
using mortise::plugin::Bulkhead;
using mortise::plugin::WorkerPool;
using mortise::plugin::WorkerSettings;

namespace {

/// Far more than anything here takes: who waits this long has failed.
constexpr auto long_time = 60s;

struct PoolFixture {
    WorkerPool pool{WorkerSettings{.base = 2, .idle = 10s, .patience = 1ms}};
};

/// Many tasks that all wait until they are let go, and count how many wait.
class Gate {
public:
    std::function<void()> task() {
        return [this] {
            ++inside;
            inside.notify_all();
            open_.wait();
        };
    }
    void wait_for(int count) {
        for (int seen = inside; seen < count; seen = inside) inside.wait(seen);
    }
    void open() { promise_.set_value(); }

    std::atomic<int> inside{0};

private:
    std::promise<void> promise_;
    std::shared_future<void> open_ = promise_.get_future().share();
};

}  // namespace

TEST_CASE_METHOD(PoolFixture, "work runs on another thread, in the order it came") {
    Bulkhead lane(pool, "chat", {.in_flight = 1, .queue = 100});
    std::vector<int> order;
    bool was_elsewhere = true;
    const auto self = std::this_thread::get_id();
    for (int number = 0; number < 100; ++number)
        REQUIRE(lane.submit([&, number] {
            order.push_back(number);
            was_elsewhere = was_elsewhere && std::this_thread::get_id() != self;
        }));
    REQUIRE(pool.drain(long_time));
    REQUIRE(order.size() == 100);
    CHECK(std::is_sorted(order.begin(), order.end()));
    CHECK(was_elsewhere);
    CHECK(lane.figures().done == 100);
    CHECK(lane.figures().in_flight == 0);
}

TEST_CASE_METHOD(PoolFixture, "the pool grows until everything that may be in flight has a thread") {
    Bulkhead chat(pool, "chat", {.in_flight = 20, .queue = 5});
    Bulkhead calls(pool, "calls", {.in_flight = 12, .queue = 5});
    Gate gate;
    for (int number = 0; number < 20; ++number) REQUIRE(chat.submit(gate.task()));
    for (int number = 0; number < 12; ++number) REQUIRE(calls.submit(gate.task()));
    gate.wait_for(32);
    CHECK(pool.busy_threads() == 32);
    CHECK(pool.threads() == 32);
    gate.open();
    CHECK(pool.drain(long_time));
}

TEST_CASE_METHOD(PoolFixture, "a plugin whose handlers all hang leaves its neighbour's alone") {
    Bulkhead stuck(pool, "stuck", {.in_flight = 8, .queue = 8});
    Bulkhead lively(pool, "lively", {.in_flight = 4, .queue = 100});
    Gate gate;
    for (int number = 0; number < 16; ++number) REQUIRE(stuck.submit(gate.task()));
    gate.wait_for(8);
    CHECK_FALSE(stuck.submit(gate.task()));

    std::latch answered(100);
    for (int number = 0; number < 100; ++number) REQUIRE(lively.submit([&] { answered.count_down(); }));
    answered.wait();

    CHECK(stuck.figures().in_flight == 8);
    CHECK(stuck.figures().queued == 8);
    CHECK(stuck.figures().refused == 1);
    CHECK(lively.figures().refused == 0);
    gate.open();
    CHECK(pool.drain(long_time));
    CHECK(stuck.figures().done == 16);
}

TEST_CASE_METHOD(PoolFixture, "a queue that is full refuses, and takes again when there is room") {
    Bulkhead lane(pool, "chat", {.in_flight = 1, .queue = 2});
    Gate gate;
    for (int number = 0; number < 3; ++number) REQUIRE(lane.submit(gate.task()));
    CHECK_FALSE(lane.submit(gate.task()));
    gate.open();
    REQUIRE(pool.drain(long_time));
    CHECK(lane.submit([] {}));
    CHECK(pool.drain(long_time));
    CHECK(lane.figures().done == 4);
    CHECK(lane.figures().refused == 1);
}

TEST_CASE("threads beyond the base end when there is nothing to do") {
    WorkerPool pool(WorkerSettings{.base = 1, .idle = 1ms, .patience = 1ms});
    Bulkhead lane(pool, "chat", {.in_flight = 10, .queue = 0});
    Gate gate;
    for (int number = 0; number < 10; ++number) REQUIRE(lane.submit(gate.task()));
    gate.wait_for(10);
    gate.open();
    while (pool.threads() > 1) std::this_thread::yield();
    std::promise<void> ran;
    REQUIRE(lane.submit([&] { ran.set_value(); }));
    ran.get_future().wait();
    CHECK(pool.threads() == 1);
}

TEST_CASE("what a task throws is contained and told with the bulkhead's name") {
    // Kept there and judged here: Catch2 can't bear assertions on other threads.
    std::mutex mutex;
    std::vector<std::pair<std::string, std::exception_ptr>> told;
    WorkerPool pool({}, [&](std::string_view name, std::exception_ptr fault) {
        const std::scoped_lock lock(mutex);
        told.emplace_back(name, fault);
    });
    Bulkhead lane(pool, "chat");
    REQUIRE(lane.submit([] { throw std::runtime_error("no"); }));
    REQUIRE(lane.submit([] {}));
    REQUIRE(pool.drain(long_time));
    const std::scoped_lock lock(mutex);
    REQUIRE(told.size() == 1);
    CHECK(told[0].first == "chat");
    CHECK_THROWS_AS(std::rethrow_exception(told[0].second), std::runtime_error);
    CHECK(lane.figures().done == 2);
}

TEST_CASE_METHOD(PoolFixture, "stopping lets work end, then refuses new work") {
    Bulkhead lane(pool, "chat", {.in_flight = 2, .queue = 100});
    std::atomic<int> done{0};
    for (int number = 0; number < 100; ++number) REQUIRE(lane.submit([&] { ++done; }));
    CHECK(pool.stop(long_time) == 0);
    CHECK(done == 100);
    CHECK_FALSE(lane.submit([&] { ++done; }));
    CHECK(pool.threads() == 0);
    CHECK(pool.stop(long_time) == 0);
}

TEST_CASE_METHOD(PoolFixture, "a stop that runs out of time drops what waits and counts what hangs") {
    Gate gate;
    auto held = std::make_shared<int>(1);
    const std::weak_ptr<int> is_held = held;
    {
        Bulkhead lane(pool, "chat", {.in_flight = 1, .queue = 100});
        REQUIRE(lane.submit(gate.task()));
        gate.wait_for(1);
        REQUIRE(lane.submit([held = std::move(held)] { FAIL("dropped work ran"); }));
        CHECK_FALSE(pool.drain(0ms));
        CHECK(pool.stop(0ms) == 1);
        CHECK(is_held.expired());
    }
    gate.open();
    while (pool.threads() > 0) std::this_thread::yield();
}

TEST_CASE_METHOD(PoolFixture, "work that waits for a plugin which is destroyed is dropped") {
    Gate gate;
    auto held = std::make_shared<int>(1);
    const std::weak_ptr<int> is_held = held;
    {
        Bulkhead lane(pool, "chat", {.in_flight = 1, .queue = 100});
        REQUIRE(lane.submit(gate.task()));
        gate.wait_for(1);
        REQUIRE(lane.submit([held = std::move(held)] { FAIL("dropped work ran"); }));
    }
    CHECK(is_held.expired());
    gate.open();
    CHECK(pool.drain(long_time));
}

TEST_CASE("many threads submitting to many bulkheads lose nothing and pass no limit") {
    WorkerPool pool(WorkerSettings{.base = 2, .idle = 1ms, .patience = 1ms});
    struct Lane {
        explicit Lane(WorkerPool& pool) : bulkhead(pool, "lane", {.in_flight = 3, .queue = 50}) {}
        std::atomic<int> inside{0}, most{0}, done{0}, taken{0}, refused{0};
        Bulkhead bulkhead;
    };
    std::vector<std::unique_ptr<Lane>> lanes;
    for (int number = 0; number < 4; ++number) lanes.push_back(std::make_unique<Lane>(pool));
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 4; ++caller)
        callers.emplace_back([&] {
            for (int round = 0; round < 2000; ++round)
                for (auto& lane : lanes) {
                    const bool taken = lane->bulkhead.submit([&lane = *lane] {
                        const int inside = ++lane.inside;
                        for (int most = lane.most;
                             inside > most && !lane.most.compare_exchange_weak(most, inside);) {
                        }
                        std::this_thread::yield();
                        ++lane.done;
                        --lane.inside;
                    });
                    ++(taken ? lane->taken : lane->refused);
                }
        });
    for (std::thread& caller : callers) caller.join();
    REQUIRE(pool.drain(long_time));
    for (const auto& lane : lanes) {
        CHECK(lane->most <= 3);
        CHECK(lane->taken + lane->refused == 8000);
        CHECK(lane->done == lane->taken);
        const auto figures = lane->bulkhead.figures();
        CHECK(figures.done == static_cast<std::uint64_t>(lane->taken));
        CHECK(figures.refused == static_cast<std::uint64_t>(lane->refused));
        CHECK(figures.in_flight == 0);
        CHECK(figures.queued == 0);
    }
    CHECK(pool.threads() <= 12);
}
