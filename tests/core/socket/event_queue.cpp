// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <deque>
#include <future>
#include <thread>

#include "net/loop_group.h"
#include "socket/event_queue.h"

using mortise::net::EventLoop;
using mortise::net::LoopGroup;
using mortise::socket::EventQueue;

namespace {

/// Runs its tasks when the test says so, on the test's thread.
class HeldLane final : public mortise::http::Lane {
public:
    bool submit(std::function<void()> task) override {
        if (is_full) return false;
        tasks.push_back(std::move(task));
        return true;
    }
    void run_one() {
        const auto task = std::move(tasks.front());
        tasks.pop_front();
        task();
    }

    bool is_full = false;
    std::deque<std::function<void()>> tasks;
};

struct Queue {
    Queue() { loops.start(); }
    void on_loop(const std::function<void()>& call) {
        loops.on_each([&](std::size_t, EventLoop&) { call(); });
    }
    void push(mortise::http::Lane* lane, std::string name, std::size_t bytes = 0) {
        on_loop([&] {
            queue->push({lane, [this, name] { done += name; }, [this, name] { done += "!" + name; }, bytes});
        });
    }
    void settle() {
        on_loop([] {});
    }

    std::string done;  // the loop and the test's thread take turns
    LoopGroup loops{1};
    std::shared_ptr<EventQueue> queue = std::make_shared<EventQueue>(loops[0]);
};

}  // namespace

TEST_CASE("what needs no worker and finds nothing before it runs at once") {
    Queue queue;
    queue.on_loop([&] {
        queue.queue->push({nullptr, [&] { queue.done += "a"; }, {}});
        queue.done += "b";
    });
    CHECK(queue.done == "ab");
    CHECK(queue.queue->is_idle());
}

TEST_CASE("events on the loop and on two lanes keep their order") {
    Queue queue;
    HeldLane one, other;
    queue.push(&one, "a");
    queue.push(&one, "b");
    queue.push(nullptr, "c");
    queue.push(&other, "d");
    queue.push(nullptr, "e");
    CHECK(queue.done == "");
    CHECK_FALSE(queue.queue->is_idle());
    one.run_one();  // takes what follows for the same lane along
    queue.settle();
    CHECK(queue.done == "abc");
    CHECK(one.tasks.empty());
    REQUIRE(other.tasks.size() == 1);
    other.run_one();
    queue.settle();
    CHECK(queue.done == "abcde");
    CHECK(queue.queue->is_idle());
}

TEST_CASE("what a lane has no room for is refused in its turn, and the queue goes on") {
    Queue queue;
    HeldLane full, free;
    full.is_full = true;
    queue.push(&free, "a");
    queue.push(&full, "b");
    queue.push(nullptr, "c");
    CHECK(queue.done == "");
    free.run_one();
    queue.settle();
    CHECK(queue.done == "a!bc");
    CHECK(queue.queue->is_idle());
}

TEST_CASE("a worker gives its lane back after some events of one client") {
    Queue queue;
    HeldLane lane;
    for (int count = 0; count < 100; ++count) queue.push(&lane, "x");
    int turns = 0;
    while (!lane.tasks.empty()) {
        lane.run_one();
        queue.settle();
        ++turns;
    }
    CHECK(queue.done.size() == 100);
    CHECK(turns > 1);
}

TEST_CASE("who waits for a queue to get shorter is told once, by events and by bytes") {
    Queue queue;
    HeldLane lane;
    int told = 0;
    for (int count = 0; count < 4; ++count) queue.push(&lane, "x", 100);
    CHECK(queue.queue->is_over(2, 1'000));
    CHECK(queue.queue->is_over(1'000, 299));
    CHECK_FALSE(queue.queue->is_over(3, 300));  // the first is on its way to the worker
    const auto most_bytes = GENERATE(std::size_t{0}, std::size_t{1'000});
    queue.on_loop(
        [&] { queue.queue->when_down_to(1'000 * most_bytes, 1'000 - most_bytes, [&] { ++told; }); });
    queue.settle();
    lane.run_one();
    queue.settle();
    CHECK(told == 1);
    queue.push(&lane, "x", 100);
    lane.run_one();
    queue.settle();
    CHECK(told == 1);
}

TEST_CASE("who asks too late to be told of a short queue is told at once") {
    Queue queue;
    int told = 0;
    queue.on_loop([&] { queue.queue->when_down_to(0, 0, [&] { ++told; }); });
    queue.settle();
    CHECK(told == 1);
}

TEST_CASE("what a worker has posted to the loop comes before what runs there at once") {
    Queue queue;
    HeldLane lane;
    queue.on_loop([&] {
        queue.queue->push({&lane, [&] { queue.loops[0].post([&] { queue.done += "a"; }); }, {}});
    });
    std::promise<void> is_busy, may_go_on;
    queue.loops[0].post([&] {
        is_busy.set_value();
        may_go_on.get_future().wait();
        queue.queue->push({nullptr, [&] { queue.done += "b"; }, {}});
    });
    is_busy.get_future().wait();
    lane.run_one();
    may_go_on.set_value();
    queue.settle();
    queue.settle();
    CHECK(queue.done == "ab");
}
