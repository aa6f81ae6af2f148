// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <future>
#include <vector>

#include "../scripted/bench.h"

using mortise::Request;
using mortise::Response;
using mortise::testing::TestRequest;
using mortise::testing::TestResponse;
using namespace std::chrono_literals;

namespace {

TestRequest with_key(Bench& bench, const std::string& key, const char* n = "1", const char* who = "ann") {
    auto request = bench.host.post("/do");
    request.as(who).header("Idempotency-Key", key).json({{"n", n}});
    return request;
}

}  // namespace

TEST_CASE("a request sent again with its key gets the first answer and runs once") {
    Bench bench("idempotency");
    bench.handler = [](const Request&, int run) {
        Response response = Response::json({{"run", run}}, 201);
        response.set_header("Location", "/do/1");
        return response;
    };
    const TestResponse first = with_key(bench, "k1").send();
    CHECK(first.status == 201);
    CHECK(first.header("idempotency-replayed").empty());
    const TestResponse again = with_key(bench, "k1").send();
    CHECK(again.status == 201);
    CHECK(again.body == first.body);
    CHECK(again.header("location") == "/do/1");
    CHECK(again.header("content-type") == first.header("content-type"));
    CHECK(again.header("idempotency-replayed") == "true");
    CHECK(again.header("x-request-id") != first.header("x-request-id"));
    CHECK(bench.runs == 1);
}

TEST_CASE("another key, another person, another path: another request") {
    Bench bench("idempotency");
    with_key(bench, "k1").send();
    with_key(bench, "k2").send();
    with_key(bench, "k1", "1", "bob").send();
    CHECK(bench.runs == 3);
    CHECK(bench.host.patch("/do/1")
              .as("ann")
              .header("Idempotency-Key", "k1")
              .json({{"n", "1"}})
              .send()
              .status == 200);
    CHECK(bench.host.patch("/do/2")
              .as("ann")
              .header("Idempotency-Key", "k1")
              .json({{"n", "1"}})
              .send()
              .status == 200);
    CHECK(bench.runs == 5);
    CHECK(bench.host.post("/do").as("ann").json({{"n", "1"}}).send().status == 200);
    CHECK(bench.host.post("/do").as("ann").json({{"n", "1"}}).send().status == 200);
    CHECK(bench.runs == 7);
}

TEST_CASE("a key used again for another body is refused") {
    Bench bench("idempotency");
    with_key(bench, "k1", "1").send();
    const TestResponse other = with_key(bench, "k1", "2").send();
    CHECK(other.status == 422);
    CHECK(other.json().at("code") == "idempotency_key_reused");
    CHECK(bench.runs == 1);
}

TEST_CASE("a key that is none is refused, and a route that does not declare it takes any") {
    Bench bench("idempotency");
    for (const std::string& key :
         {std::string("with blank"), std::string(256, 'k'), std::string("\xc3\xa9")}) {
        INFO(key);
        CHECK(with_key(bench, key).send().status == 400);
    }
    CHECK(bench.runs == 0);
    CHECK(with_key(bench, std::string(255, 'k')).send().status == 200);
    bench.host.post("/plain").header("Idempotency-Key", "k1").send();
    bench.host.post("/plain").header("Idempotency-Key", "k1").send();
    CHECK(bench.runs == 3);
}

TEST_CASE("a fault of ours frees the key, a refusal is an answer like others") {
    Bench bench("idempotency");
    bench.handler = [](const Request& request, int run) -> Response {
        if (request.header("X-Refuse") == "1") throw mortise::Error(mortise::Code::conflict, "Taken.");
        if (run == 1) throw std::runtime_error("broken");
        return Response::text("run " + std::to_string(run));
    };
    CHECK(with_key(bench, "k1").send().status == 500);
    CHECK(with_key(bench, "k1").send().body == "run 2");
    CHECK(with_key(bench, "k1").send().body == "run 2");

    auto refused = [&] { return with_key(bench, "k2").header("X-Refuse", "1").send(); };
    CHECK(refused().status == 409);
    const TestResponse again = refused();
    CHECK(again.status == 409);
    CHECK(again.header("idempotency-replayed") == "true");
    CHECK(bench.runs == 3);
}

TEST_CASE("answers are kept for their lifetime, large ones not at all") {
    Bench bench("idempotency", "lifetime: 1h\nmax_answer: 1KiB");
    bench.handler = [](const Request& request, int run) {
        return Response::text(std::to_string(run) +
                              std::string(request.body().find("large") < 100 ? 2000 : 10, 'x'));
    };
    const std::string first = with_key(bench, "k1").send().body;
    bench.host.clock().advance(59min);
    CHECK(with_key(bench, "k1").send().body == first);
    bench.host.clock().advance(2min);
    CHECK(with_key(bench, "k1").send().body != first);
    CHECK(with_key(bench, "k2", "large").send().body != with_key(bench, "k2", "large").send().body);
}

TEST_CASE("of many at once one runs, the others are told so or get its answer") {
    constexpr int size = 50;
    Bench bench("idempotency");
    std::promise<void> entered, open;
    bench.handler = [&](const Request&, int) {
        entered.set_value();
        open.get_future().wait();
        return Response::text("done");
    };
    bench.host.start();
    auto first = std::async(std::launch::async, [&] { return with_key(bench, "k1").send(); });
    entered.get_future().wait();
    std::vector<std::future<TestResponse>> others;
    for (int place = 0; place < size; ++place)
        others.push_back(std::async(std::launch::async, [&] { return with_key(bench, "k1").send(); }));
    for (auto& other : others) {
        const TestResponse told = other.get();
        CHECK(told.status == 409);
        CHECK(told.header("retry-after") == "1");
        CHECK(told.json().at("code") == "still_running");
    }
    open.set_value();
    CHECK(first.get().body == "done");
    CHECK(with_key(bench, "k1").send().body == "done");
    CHECK(bench.runs == 1);
}
