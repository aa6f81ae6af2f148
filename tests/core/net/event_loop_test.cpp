// SPDX-License-Identifier: Apache-2.0
#include "net/event_loop.h"

#include <sys/socket.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <string>
#include <vector>

#include "net/loop_group.h"

using namespace std::chrono_literals;
using mortise::net::Descriptor;
using mortise::net::EventLoop;
using mortise::net::LoopGroup;
using mortise::net::Ready;
using mortise::net::Timer;
using mortise::net::Watcher;

namespace {

class HandTurnedClock final : public mortise::Clock {
public:
    mortise::Time now() const override { return {}; }
    std::chrono::steady_clock::time_point steady_now() const override {
        return std::chrono::steady_clock::time_point(std::chrono::milliseconds(at_.load()));
    }
    void turn(std::chrono::milliseconds by) { at_ += by.count(); }

private:
    std::atomic<long> at_{1000};
};

struct SocketEnds {
    Descriptor near;
    Descriptor far;
    SocketEnds() {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
        near = Descriptor(ends[0]);
        far = Descriptor(ends[1]);
    }
    void write(std::string_view text) const {
        REQUIRE(::send(far.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
    }
};

struct Witness : Watcher {
    std::function<void(Ready)> told;
    void ready(Ready what) override { told(what); }
};

}  // namespace

TEST_CASE("tasks posted before the stop all run, in order, on the loop's thread") {
    EventLoop loop;
    std::vector<int> order;
    for (int i = 0; i < 100; ++i) {
        loop.post([&, i] {
            CHECK(loop.in_loop());
            CHECK(EventLoop::is_loop_thread());
            order.push_back(i);
        });
    }
    loop.post([&] { loop.stop(); });
    CHECK_FALSE(loop.in_loop());
    loop.run();
    REQUIRE(order.size() == 100);
    CHECK(std::is_sorted(order.begin(), order.end()));
    CHECK_FALSE(EventLoop::is_loop_thread());
}

TEST_CASE("a task may hold what can only be moved, small or large") {
    EventLoop loop;
    int seen = 0;
    loop.post([&seen, value = std::make_unique<int>(7)] { seen += *value; });
    loop.post([&seen, value = std::make_unique<int>(5), ballast = std::array<char, 200>{}] {
        seen += *value + ballast[0];
    });
    loop.stop();
    loop.run();
    CHECK(seen == 12);
}

TEST_CASE("a sleeping loop is woken by a post from another thread") {
    LoopGroup loops(1);
    loops.start();
    for (int i = 0; i < 200; ++i) {
        std::promise<int> answer;
        loops[0].post([&] { answer.set_value(i); });
        REQUIRE(answer.get_future().get() == i);
    }
}

TEST_CASE("four threads post a hundred thousand tasks and none is lost") {
    LoopGroup loops(2);
    loops.start();
    std::atomic<int> ran{0};
    {
        std::vector<std::jthread> posters;
        for (int t = 0; t < 4; ++t) {
            posters.emplace_back([&] {
                for (int i = 0; i < 25'000; ++i) loops.any().post([&] { ran.fetch_add(1); });
            });
        }
    }
    loops.stop();
    CHECK(ran == 100'000);
}

TEST_CASE("a timer fires when the clock has reached it") {
    HandTurnedClock clock;
    LoopGroup loops(1, &clock);
    loops.start();
    struct Alarm {
        std::promise<void> rang;
        Timer timer = Timer::calling<&Alarm::ring>(this);
        void ring() { rang.set_value(); }
    } alarm;
    auto rang = alarm.rang.get_future();
    loops.on_each([&](std::size_t, EventLoop& loop) { loop.arm(alarm.timer, 50ms); });
    clock.turn(49ms);
    loops.on_each([](std::size_t, EventLoop&) {});
    loops.on_each([&](std::size_t, EventLoop&) { CHECK(alarm.timer.armed()); });
    clock.turn(1ms);
    loops.on_each([](std::size_t, EventLoop&) {});
    rang.get();
}

TEST_CASE("a timer of the system's clock wakes a sleeping loop") {
    EventLoop loop;
    struct Alarm {
        EventLoop& loop;
        Timer timer = Timer::calling<&Alarm::ring>(this);
        void ring() { loop.stop(); }
    } alarm{loop};
    const auto before = std::chrono::steady_clock::now();
    loop.arm(alarm.timer, 5ms);
    loop.run();
    CHECK(std::chrono::steady_clock::now() - before >= 5ms);
}

TEST_CASE("bytes that came before arming are told, and each new arrival once") {
    EventLoop loop;
    SocketEnds pair;
    pair.write("early");
    Witness witness;
    std::vector<std::string> heard;
    witness.told = [&](Ready what) {
        if (!what.readable) return;
        char bytes[64];
        const auto got = ::recv(pair.near.get(), bytes, sizeof bytes, 0);
        heard.emplace_back(bytes, static_cast<std::size_t>(got));
        if (heard.size() == 1) {
            pair.write("late");
        } else {
            loop.stop();
        }
    };
    loop.arm(pair.near.get(), witness);
    loop.run();
    CHECK(heard == std::vector<std::string>{"early", "late"});
}

TEST_CASE("the peer's end is told as hung up") {
    EventLoop loop;
    SocketEnds pair;
    Witness witness;
    bool hung_up = false;
    witness.told = [&](Ready what) {
        hung_up = what.hung_up && what.readable;
        if (hung_up) loop.stop();
    };
    loop.arm(pair.near.get(), witness);
    loop.post([&] { pair.far.reset(); });
    loop.run();
    CHECK(hung_up);
}

TEST_CASE("a watcher disarmed by another in the same round is told nothing") {
    EventLoop loop;
    SocketEnds first;
    SocketEnds second;
    first.write("x");
    second.write("x");
    Witness a;
    Witness b;
    int told = 0;
    a.told = [&](Ready) {
        ++told;
        loop.disarm(second.near.get(), b);
        loop.stop();
    };
    b.told = [&](Ready) {
        ++told;
        loop.disarm(first.near.get(), a);
        loop.stop();
    };
    loop.arm(first.near.get(), a);
    loop.arm(second.near.get(), b);
    loop.run();
    CHECK(told == 1);
}

TEST_CASE("a connection moves from one loop to another and misses nothing") {
    LoopGroup loops(2);
    loops.start();
    SocketEnds pair;
    Witness on_first;
    Witness on_second;
    std::promise<std::string> heard;
    on_first.told = [](Ready) {};
    on_second.told = [&](Ready what) {
        char bytes[64];
        const auto got = what.readable ? ::recv(pair.near.get(), bytes, sizeof bytes, 0) : 0;
        if (got > 0) heard.set_value(std::string(bytes, static_cast<std::size_t>(got)));
    };
    loops[0].post([&] {
        loops[0].arm(pair.near.get(), on_first);
        pair.write("between two loops");
        loops[0].disarm(pair.near.get(), on_first);
        loops[1].post([&] { loops[1].arm(pair.near.get(), on_second); });
    });
    CHECK(heard.get_future().get() == "between two loops");
    loops.stop();
}

TEST_CASE("an exception that escapes a task goes to the fault handler and the loop goes on") {
    EventLoop loop;
    int faults = 0;
    bool after = false;
    loop.on_fault([&](std::exception_ptr) { ++faults; });
    loop.post([] { throw std::runtime_error("no"); });
    loop.post([&] {
        after = true;
        loop.stop();
    });
    loop.run();
    CHECK(faults == 1);
    CHECK(after);
}

TEST_CASE("what fails on one loop of a group is told to who asked") {
    LoopGroup loops(2);
    loops.start();
    CHECK_THROWS_WITH(loops.on_each([](std::size_t number, EventLoop&) {
        if (number == 1) throw std::runtime_error("loop 1 is ill");
    }),
                      "loop 1 is ill");
}
