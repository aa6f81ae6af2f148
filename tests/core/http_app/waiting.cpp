// SPDX-License-Identifier: Apache-2.0
// Requests that wait: parked, on a lane, past their deadline, behind a breaker.
#include <catch2/catch.hpp>

#include "app.h"

using namespace mortise;
using namespace http_app;

namespace {

// Counts what it is told.
struct CountingBreaker final : http::RouteBreaker {
    std::uint64_t allow() override { return is_closed ? ++tickets : 0; }
    void succeeded(std::uint64_t ticket) override { good += ticket == tickets; }
    void failed(std::uint64_t ticket) override { bad += ticket == tickets; }
    std::chrono::milliseconds retry_after() const override {
        return std::chrono::milliseconds(is_closed ? 0 : 5'500);
    }
    bool is_closed = true;
    std::uint64_t tickets = 0;
    int good = 0, bad = 0;
};

}  // namespace

TEST_CASE("a parked request goes on from any thread, once") {
    std::vector<Resume> held;
    App app;
    app.routes.add_before(
        [&held](Request&) { return Verdict::park([&held](Resume resume) { held.push_back(resume); }); });
    app.get("/x", says("after the wait"));
    auto asked = app.send("GET", "/x");
    CHECK(!asked->is_answered());
    REQUIRE(held.size() == 1);
    CHECK(asked->deadline.has_value());

    SECTION("on to the handler") {
        std::thread([&] {
            held.front().next();
            held.front().answer(Response::text("too late"));
        }).join();
        CHECK(asked->text() == "after the wait");
    }
    SECTION("straight to the client") {
        std::thread([&] { held.front().answer(Response::text("no entry", 403)); }).join();
        CHECK(asked->status() == 403);
    }
    SECTION("forgotten: a 500, not a silence") {
        held.clear();
        CHECK(asked->status() == 500);
        CHECK(asked->json().at("code") == "internal");
    }
    SECTION("given up at the deadline: the handler does not run any more") {
        asked->expire();
        CHECK(asked->status() == 504);
        held.front().next();
        asked->run_posted();
        CHECK(asked->answers == 1);
    }
}

TEST_CASE("a before that throws while it parks is a 500, once") {
    App app;
    app.routes.add_before(
        [](Request&) { return Verdict::park([](Resume) { throw std::runtime_error("no queue"); }); });
    app.get("/x", says("x"));
    auto asked = app.send("GET", "/x");
    CHECK(asked->status() == 500);
    asked->run_posted();
    CHECK(asked->answers == 1);
}

TEST_CASE("handlers run on their plugin's lane, inline ones on the loop") {
    HeldLane lane;
    App app;
    app.lane = &lane;
    app.get("/inline", says("inline")).inline_handler();
    app.get("/blocking", says("blocking"));

    CHECK(app.send("GET", "/inline")->text() == "inline");
    auto asked = app.send("GET", "/blocking");
    CHECK(!asked->is_answered());
    lane.run();
    CHECK(asked->text() == "blocking");

    lane.is_full = true;
    auto refused = app.send("GET", "/blocking");
    CHECK(refused->status() == 503);
    CHECK(refused->header("Retry-After") == "1");
}

TEST_CASE("middleware that may block runs on its plugin's lane") {
    ThreadLane lane;
    std::thread::id before_on, after_on;
    App app;
    app.lane = &lane;
    app.routes
        .add_before([&](Request&) {
            before_on = std::this_thread::get_id();
            return Verdict::next();
        })
        .may_block();
    app.routes.add_after([&](const Request&, Response&) { after_on = std::this_thread::get_id(); })
        .may_block();
    app.get("/x", says("x")).inline_handler();
    auto asked = app.send("GET", "/x");
    CHECK(asked->text() == "x");
    CHECK(before_on != std::this_thread::get_id());
    CHECK(after_on != std::this_thread::get_id());
}

TEST_CASE("a handler that misses its deadline is answered for, and its late answer is dropped") {
    HeldLane lane;
    int afters = 0;
    bool saw_abandoned = false;
    App app;
    app.lane = &lane;
    app.routes.add_after([&](const Request&, Response&) { ++afters; });
    app.get("/slow",
            [&](const Request& request) {
                saw_abandoned = request.is_abandoned();
                return Response::text("late");
            })
        .deadline(std::chrono::seconds(2));
    app.get("/default", says("x"));

    auto asked = app.send("GET", "/slow");
    CHECK(asked->deadline == app.clock.steady_now() + std::chrono::seconds(2));
    asked->expire();
    CHECK(asked->status() == 504);
    CHECK(asked->header("Connection") == "close");
    CHECK(asked->json().at("code") == "gateway_timeout");
    lane.run();
    CHECK(asked->answers == 1);
    CHECK(!saw_abandoned);  // it never started: nobody waits
    CHECK(afters == 1);
    CHECK(app.send("GET", "/default")->deadline == app.clock.steady_now() + std::chrono::seconds(30));
    lane.run();
}

TEST_CASE("a body that never arrives is a 408 at the deadline, collected or streamed") {
    HeldLane lane;
    App app;
    app.lane = &lane;
    app.post("/collected", says("x"));
    app.post("/streamed", says("x")).streamed_body().deadline(std::chrono::seconds(2));
    const std::string path = GENERATE("/collected", "/streamed");
    auto asked = std::make_shared<TestExchange>("POST", path, TestExchange::Headers{}, "body");
    asked->holds_body_back = true;
    app.send(asked);
    asked->expire();
    CHECK(asked->status() == 408);
    CHECK(asked->header("Connection") == "close");
}

TEST_CASE("a client that owes its body at the deadline is no failure of the route") {
    const bool owes_body = GENERATE(true, false);
    CountingBreaker* breaker = nullptr;
    HeldLane lane;
    App app;
    app.lane = &lane;
    app.make_breaker = [&](const RouteDeclaration&) {
        auto made = std::make_unique<CountingBreaker>();
        breaker = made.get();
        return made;
    };
    auto asked = std::make_shared<TestExchange>("POST", "/streamed", TestExchange::Headers{}, "body");
    asked->holds_body_back = owes_body;
    app.post("/streamed",
             [&](const Request&) {
                 asked->expire();
                 return Response::text("late");
             })
        .streamed_body()
        .deadline(std::chrono::seconds(2))
        .breaker();
    app.send(asked);
    lane.run();
    CHECK(asked->status() == (owes_body ? 408 : 504));
    CHECK(breaker->bad == (owes_body ? 0 : 1));
    CHECK(breaker->good == (owes_body ? 1 : 0));
}

TEST_CASE("a route's breaker is told of every outcome once") {
    CountingBreaker* breaker = nullptr;
    HeldLane lane;
    App app;
    app.lane = &lane;
    app.make_breaker = [&](const RouteDeclaration& route) {
        CHECK(route.path == "/guarded");
        auto made = std::make_unique<CountingBreaker>();
        breaker = made.get();
        return made;
    };
    int status = 200;
    app.get("/guarded", [&](const Request&) { return Response::text("x", status); }).breaker();
    app.get("/free", says("x"));

    app.send("GET", "/guarded");
    lane.run();
    CHECK(breaker->good == 1);
    status = 404;
    app.send("GET", "/guarded");
    lane.run();
    CHECK(breaker->good == 2);
    status = 502;
    app.send("GET", "/guarded");
    lane.run();
    CHECK(breaker->bad == 1);
    breaker->is_closed = false;
    auto refused = app.send("GET", "/guarded");
    CHECK(refused->status() == 503);
    CHECK(refused->header("Retry-After") == "6");
    CHECK(lane.tasks.empty());
    CHECK(breaker->good + breaker->bad == 3);
}

TEST_CASE("afters that find their lane full are one line a second, which says how many they were") {
    HeldLane lane;
    App app;
    app.level = LogLevel::info;
    app.lane = &lane;
    app.routes
        .add_after([](const Request&, Response& response) { response.set_header("x-after", "was here"); })
        .may_block();
    app.get("/x", says("x")).inline_handler();
    lane.is_full = true;
    const std::string line = "warn an after middleware found no room on its lane and was left out route=/x";
    for (int count = 0; count < 100; ++count) {
        auto asked = app.send("GET", "/x");
        CHECK(asked->text() == "x");
        CHECK(asked->header("x-after").empty());
    }
    CHECK(app.log.count(line) == 1);
    app.clock.advance(std::chrono::seconds(1));
    app.send("GET", "/x");
    CHECK(app.log.count(line) == 2);
    CHECK(app.log.has(line + " suppressed=99"));
}
