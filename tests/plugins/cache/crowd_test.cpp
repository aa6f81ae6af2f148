// SPDX-License-Identifier: Apache-2.0
#include <mortise/error.h>
#include <catch2/catch.hpp>

#include <future>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "../scripted/bench.h"

using mortise::Request;
using mortise::Response;
using mortise::testing::TestResponse;
using namespace std::chrono_literals;

namespace {

// A handler that waits until the test lets it go on.
struct Gate {
    std::promise<void> entered, open;
    std::shared_future<void> is_open = open.get_future().share();
    std::atomic<bool> was_entered{false};

    void pass() {
        if (!was_entered.exchange(true)) entered.set_value();
        is_open.wait();
    }
};

std::vector<std::future<TestResponse>> crowd(Bench& bench, int size, const std::string& target) {
    std::vector<std::future<TestResponse>> answers;
    for (int place = 0; place < size; ++place)
        answers.push_back(
            std::async(std::launch::async, [&bench, target] { return bench.host.get(target).send(); }));
    return answers;
}

}  // namespace

TEST_CASE("a thousand who miss at once run the handler once") {
    constexpr int visitors = 1000;
    Bench bench("cache");
    Gate gate;
    bench.handler = [&](const Request&, int run) {
        gate.pass();
        return Response::text("answer " + std::to_string(run));
    };
    bench.host.start();
    auto answers = crowd(bench, visitors, "/shared");
    gate.entered.get_future().wait();
    gate.open.set_value();
    int right = 0;
    for (auto& answer : answers) right += answer.get().body == "answer 1";
    CHECK(right == visitors);
    CHECK(bench.runs == 1);
}

TEST_CASE("when the one who fetches fails, the next one tries; nobody is forgotten") {
    constexpr int visitors = 50;
    Bench bench("cache");
    Gate gate;
    std::atomic<int> at_once{0}, most{0};
    bench.handler = [&](const Request&, int run) -> Response {
        const int now = ++at_once;
        for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
        }
        gate.pass();
        --at_once;
        if (run <= 10) throw std::runtime_error("broken");
        return Response::text("answer " + std::to_string(run));
    };
    bench.host.start();
    auto answers = crowd(bench, visitors, "/shared");
    gate.entered.get_future().wait();
    gate.open.set_value();
    int failed = 0, right = 0;
    for (auto& answer : answers) {
        const TestResponse got = answer.get();
        failed += got.status == 500;
        right += got.body == "answer 11";
    }
    CHECK(failed == 10);
    CHECK(right == visitors - 10);
    CHECK(most == 1);
}

TEST_CASE("an answer nobody else may have lets all who waited go on by themselves") {
    constexpr int visitors = 20;
    Bench bench("cache");
    Gate gate;
    bench.handler = [&](const Request&, int run) {
        gate.pass();
        Response response = Response::text("answer " + std::to_string(run));
        response.set_header("Set-Cookie", "own=" + std::to_string(run));
        return response;
    };
    bench.host.start();
    auto answers = crowd(bench, visitors, "/shared");
    gate.entered.get_future().wait();
    gate.open.set_value();
    std::set<std::string> bodies;
    for (auto& answer : answers) bodies.insert(answer.get().body);
    CHECK(bodies.size() == visitors);
}

TEST_CASE("who comes after a purge does not wait for what was read before it") {
    Bench bench("cache");
    Gate gate;
    bench.handler = [&](const Request&, int run) {
        if (run == 1) gate.pass();
        return Response::text("answer " + std::to_string(run));
    };
    bench.host.start();
    auto early = crowd(bench, 1, "/shared");
    gate.entered.get_future().wait();
    REQUIRE(bench.host.post("/purge/all").send().status == 204);
    CHECK(bench.host.get("/shared").send().body == "answer 2");
    gate.open.set_value();
    CHECK(early[0].get().body == "answer 1");
    CHECK(bench.host.get("/shared").send().body == "answer 2");
}

TEST_CASE("a purge that has returned leaves nothing older behind, however reads and writes interleave") {
    Bench bench("cache");
    std::atomic<int> truth{0};
    bench.handler = [&](const Request&, int) {
        const int seen = truth;
        std::this_thread::yield();
        return Response::text(std::to_string(seen));
    };
    bench.host.start();
    constexpr int rounds = 2000;
    std::atomic<int> known{0}, too_old{0}, reads{0};  // known: what every read from now on must have seen
    std::vector<std::thread> readers;
    for (int place = 0; place < 4; ++place)
        readers.emplace_back([&] {
            while (known < rounds) {
                const int least = known;
                too_old += std::stoi(bench.host.get("/shared").send().body) < least;
                ++reads;
            }
        });
    for (int round = 1; round <= rounds; ++round) {
        truth = round;
        bench.host.post("/purge/all").send();
        known = round;
    }
    for (std::thread& reader : readers) reader.join();
    CHECK(too_old == 0);
    CHECK(reads > 0);
}

TEST_CASE("thousands of mixed requests never show one person another's answer") {
    Bench bench("cache", "memory: 64KiB\nstale: 1m");
    bench.handler = [](const Request& request, int) {
        const mortise::User* user = request.user();
        return Response::text((user != nullptr ? user->id + '/' + user->role : "nobody") + '?' +
                              std::string(request.query("n").value_or("")));
    };
    bench.host.start();
    std::atomic<int> wrong{0};
    std::vector<std::thread> visitors;
    for (unsigned place = 0; place < 8; ++place)
        visitors.emplace_back([&, place] {
            std::mt19937 random(place + 1);
            const char* const people[] = {"", "ann", "bob", "cy"};
            const char* const roles[] = {"user", "admin"};
            for (int round = 0; round < 1500; ++round) {
                const std::string who = people[random() % 4], role = roles[random() % 2];
                const std::string n = std::to_string(random() % 5);
                if (random() % 20 == 0) bench.host.post("/purge/of:" + who).send();
                auto request = bench.host.get("/mine?n=" + n);
                if (!who.empty()) request.as(who, role);
                wrong += request.send().body != (who.empty() ? "nobody" : who + '/' + role) + '?' + n;
            }
        });
    for (std::thread& visitor : visitors) visitor.join();
    CHECK(wrong == 0);
}
