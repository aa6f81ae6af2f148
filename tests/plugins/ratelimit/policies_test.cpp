// SPDX-License-Identifier: Apache-2.0
// The policies, and what requests, events and connects hear of them.
#include <catch2/catch.hpp>

#include <chrono>

#include <mortise/error.h>
#include <mortise/testing/test_host.h>

using namespace std::chrono_literals;
using mortise::Error;
using mortise::Json;
using mortise::testing::TestHost;
using mortise::testing::TestRequest;
using mortise::testing::TestResponse;

namespace {

/// The doors behind a rate limit with these options.
struct House : TestHost {
    explicit House(std::string limits = {}, std::string doors = {}) : TestHost("doors", std::move(doors)) {
        beside("ratelimit", std::move(limits));
    }
    /// How many of these come through before one is refused.
    template <class Send>
    int admitted(Send send) {
        for (int count = 0; count < 2000; ++count)
            if (send() == 429) return count;
        return -1;
    }
    int opened(const std::string& address, const std::string& user = {}, const std::string& role = "user") {
        return admitted([&] {
            TestRequest request = get("/api/open");
            if (!user.empty()) request.as(user, role);
            return request.from(address).send().status;
        });
    }
};

}  // namespace

TEST_CASE("each policy admits as many as it says, window after window") {
    House house;
    for (int window = 0; window < 3; ++window) {
        CHECK(house.opened("10.0.0.1") == 100);
        CHECK(house.admitted([&] { return house.post("/api/login").send().status; }) == 5);
        house.clock().advance(15min - 1ms);
        CHECK(house.opened("10.0.0.1") == 0);
        house.clock().advance(1ms);
    }
    const auto change = [&] { return house.post("/api/password").as("ann").send().status; };
    CHECK(house.admitted(change) == 10);
    house.clock().advance(1h);
    CHECK(house.admitted(change) == 10);
}

TEST_CASE("a window begins with the first attempt, whoever comes later") {
    House house;
    house.post("/api/login").send();
    house.clock().advance(14min);
    CHECK(house.post("/api/login").send().header("RateLimit") == R"("auth";r=3;t=60)");
    house.clock().advance(1min);
    CHECK(house.post("/api/login").send().header("RateLimit") == R"("auth";r=4;t=900)");
}

TEST_CASE("users are told apart by their id, others by their address") {
    House house;
    CHECK(house.opened("10.0.0.1") == 100);
    CHECK(house.opened("10.0.0.2") == 100);
    CHECK(house.opened("10.0.0.1", "ann") == 100);
    CHECK(house.opened("10.0.0.3", "ann") == 0);
    CHECK(house.opened("10.0.0.1", "ben") == 100);
    CHECK(house.opened("2001:db8:1:2::1") == 100);
    CHECK(house.opened("2001:db8:1:2:ffff::2") == 0);
    CHECK(house.opened("2001:db8:1:3::1") == 100);
    CHECK(house.opened("::ffff:10.0.0.1") == 0);
    // Nobody can pass for an address by a name.
    CHECK(house.opened("10.0.0.9", "at:0a000009") == 100);
    CHECK(house.opened("10.0.0.9") == 100);
}

TEST_CASE("a policy may count addresses alone") {
    House house("policies: { general: { by: address } }");
    CHECK(house.opened("10.0.0.1", "ann") == 100);
    CHECK(house.opened("10.0.0.1", "ben") == 0);
}

TEST_CASE("a role may have another limit") {
    House house("policies: { general: { roles: { moderator: 7 } } }");
    CHECK(house.opened("10.0.0.1", "ann", "admin") == 1000);
    CHECK(house.opened("10.0.0.1", "mia", "moderator") == 7);
    CHECK(house.opened("10.0.0.1", "ben") == 100);
    // Who becomes an admin in the middle of a window keeps what was used of it.
    CHECK(house.opened("10.0.0.1", "ben", "admin") == 900);
}

TEST_CASE("options change one policy and leave the others, and policies may be added") {
    House house("policies: { auth: { limit: 2 }, burst: { limit: 3, window: 10s } }", "own: burst");
    CHECK(house.admitted([&] { return house.post("/api/login").send().status; }) == 2);
    CHECK(house.opened("10.0.0.1") == 100);
    CHECK(house.get("/own").send().header("RateLimit-Policy") == R"("burst";q=3;w=10)");
}

TEST_CASE("calls, their signals and locations have policies, whichever others a file names") {
    const auto policy_of = [](const char* name) {
        House house("policies: { general: { limit: 7 } }", "own: " + std::string(name));
        return std::string(house.get("/own").send().header("RateLimit-Policy"));
    };
    CHECK(policy_of("call") == R"("call";q=30;w=60)");
    CHECK(policy_of("signal") == R"("signal";q=3000;w=60)");
    CHECK(policy_of("location") == R"("location";q=120;w=60)");
}

TEST_CASE("a policy that is named and not there is told at start, for every route and event at once") {
    House house({}, "own: bust");
    try {
        house.start();
        FAIL("it starts");
    } catch (const std::runtime_error& fault) {
        const std::string told = fault.what();
        CHECK(told.find("doors: the route GET /own names the limit 'bust', for which there is no policy") !=
              std::string::npos);
        CHECK(told.find("doors: the event 'own' names the limit 'bust', for which there is no policy") !=
              std::string::npos);
    }
}

TEST_CASE("exempt networks are not limited and hear nothing of limits") {
    House house("exempt: [10.1.0.0/16, \"::1\"]\npolicies: { general: { limit: 1 } }");
    for (int count = 0; count < 3; ++count) {
        const TestResponse answer = house.get("/api/open").from("10.1.2.3").send();
        CHECK(answer.status == 200);
        CHECK(answer.header("RateLimit").empty());
    }
    CHECK(house.opened("::1", "ann") == -1);
    CHECK(house.opened("10.2.0.1") == 1);
}

TEST_CASE("what is no API is not limited") {
    House house("policies: { general: { limit: 1 } }");
    for (int count = 0; count < 3; ++count)
        for (const char* path : {"/apiary", "/unlimited", "/livez", "/readyz", "/health", "/metrics",
                                 "/openapi.json", "/asyncapi.json"}) {
            const TestResponse answer = house.get(path).send();
            CHECK(answer.status != 429);
            CHECK(answer.header("RateLimit-Policy").empty());
        }
}

TEST_CASE("api says what an API is") {
    House house("api: [/unlimited]\npolicies: { general: { limit: 1 } }");
    CHECK(house.opened("10.0.0.1") == -1);
    house.get("/unlimited").send();
    CHECK(house.get("/unlimited").send().status == 429);
}

TEST_CASE("a refusal says what to do, in problem+json and in headers") {
    House house;
    for (int count = 0; count < 5; ++count) house.post("/api/login").send();
    house.clock().advance(100ms);
    const TestResponse refused = house.post("/api/login").json({{"email", "x"}}).send();
    CHECK(refused.status == 429);
    CHECK(refused.header("Content-Type") == "application/problem+json");
    CHECK(refused.json().at("code") == "rate_limited");
    CHECK(refused.header("Retry-After") == "900");
    CHECK(refused.header("RateLimit-Policy") == R"("auth";q=5;w=900)");
    CHECK(refused.header("RateLimit") == R"("auth";r=0;t=900)");
}

TEST_CASE("errors carry the headers too") {
    House house;
    const TestResponse nobody = house.post("/api/password").send();
    CHECK(nobody.status == 401);
    CHECK(nobody.header("RateLimit") == R"("strict";r=9;t=3600)");
}

TEST_CASE("headers come in older styles, or not at all") {
    House older("headers: draft_7");
    const TestResponse combined = older.post("/api/login").send();
    CHECK(combined.header("RateLimit-Policy") == "5;w=900");
    CHECK(combined.header("RateLimit") == "limit=5, remaining=4, reset=900");

    House old("headers: legacy");
    const TestResponse answer = old.post("/api/login").send();
    CHECK(answer.header("X-RateLimit-Limit") == "5");
    CHECK(answer.header("X-RateLimit-Remaining") == "4");
    CHECK(answer.header("X-RateLimit-Reset") == "1893500100");  // noon on 1 January 2030, and a quarter
    CHECK(answer.header("RateLimit").empty());

    House silent("headers: none");
    for (int count = 0; count < 5; ++count) silent.post("/api/login").send();
    const TestResponse refused = silent.post("/api/login").send();
    CHECK(refused.status == 429);
    CHECK(refused.header("Retry-After") == "900");
    for (const auto& [name, value] : refused.headers) CHECK(name.find("RateLimit") == std::string::npos);
}

TEST_CASE("a refused event is answered, or told by rate_limited") {
    House house;
    auto ann = house.connect("ann"), ben = house.connect("ben");
    for (int count = 0; count < 30; ++count) CHECK(ann.emit("say", {}).at("ok") == true);
    const Json refused = ann.emit("say", {});
    CHECK(refused.at("ok") == false);
    CHECK(refused.at("error").at("code") == "rate_limited");
    CHECK(refused.at("error").at("retryAfter") == 60);
    CHECK(ann.waiting().empty());

    ann.tell("say", {});
    const auto told = ann.take("rate_limited");
    REQUIRE(told.size() == 1);
    CHECK(told[0].at("event") == "say");
    CHECK(told[0].at("policy") == "message");
    CHECK(told[0].at("retryAfter") == 60);

    CHECK(ann.emit("free", {}).at("ok") == true);
    CHECK(ben.emit("say", {}).at("ok") == true);
    house.clock().advance(60s);
    CHECK(ann.emit("say", {}).at("ok") == true);
}

TEST_CASE("routes and events under one policy count together") {
    House house({}, "own: message");
    auto ann = house.connect("ann");
    for (int count = 0; count < 29; ++count) ann.emit("say", {});
    CHECK(house.get("/own").as("ann").send().header("RateLimit") == R"("message";r=0;t=60)");
    CHECK(ann.emit("own", {}).at("error").at("code") == "rate_limited");
}

TEST_CASE("a client that connects too often is refused") {
    House house;
    const auto connect = [&](const char* user, const char* address) {
        try {
            house.connect(user, "user", address);
            return 200;
        } catch (const Error& refusal) {
            CHECK(refusal.name() == "rate_limited");
            CHECK(refusal.retry_after() == 300s);
            return 429;
        }
    };
    CHECK(house.admitted([&] { return connect("", "10.0.0.1"); }) == 20);
    CHECK(house.admitted([&] { return connect("ann", "10.0.0.1"); }) == 20);
    house.clock().advance(5min);
    CHECK(connect("ann", "10.0.0.1") == 200);
}

TEST_CASE("decisions are counted by policy and by what became of them") {
    House house("exempt: [10.1.0.0/16]");
    CHECK(house.admitted([&] { return house.post("/api/login").as("ann-the-secret").send().status; }) == 5);
    house.post("/api/login").from("10.1.0.1").send();
    const std::string page = house.get("/metrics").send().body;
    const auto has = [&](const std::string& line) { return page.find(line) != std::string::npos; };
    const std::string decisions = "mortise_ratelimit_decisions_total{";
    CHECK(has(decisions + R"(outcome="admitted",policy="auth"} 5)"));
    CHECK(has(decisions + R"(outcome="refused",policy="auth"} 1)"));
    CHECK(has(decisions + R"(outcome="exempt",policy="auth"} 1)"));
    CHECK(has("mortise_ratelimit_windows 1\n"));
    CHECK(page.find("ann-the-secret") == std::string::npos);
}

TEST_CASE("more users than may be counted at once fall under the policy for that") {
    const bool refuses = GENERATE(false, true);
    House house("counted: 1000\nwhen_away: " + std::string(refuses ? "refuse" : "let_through"));
    const auto open = [&](int number) {
        return house.get("/api/open").as("user-" + std::to_string(number)).send();
    };
    for (int number = 0; number < 1000; ++number) CHECK(open(number).status == 200);
    const TestResponse beyond = open(1000);
    CHECK(beyond.header("RateLimit").empty());
    CHECK(beyond.status == (refuses ? 503 : 200));
    if (refuses) CHECK(beyond.header("Retry-After") == "1");
    // Those who are counted still are.
    CHECK(open(7).header("RateLimit") == R"("general";r=98;t=900)");
    const std::string outcome = refuses ? "refused_uncounted" : "let_through_uncounted";
    CHECK(house.get("/metrics")
              .send()
              .body.find("mortise_ratelimit_decisions_total{outcome=\"" + outcome +
                         "\",policy=\"general\"} 1") != std::string::npos);
    house.clock().advance(15min);
    CHECK(open(1001).header("RateLimit") == R"("general";r=99;t=900)");
}

TEST_CASE("the documents tell of limits where there are some") {
    House house;
    const Json paths = house.get("/openapi.json").send().json().at("paths");
    CHECK(paths.at("/api/open").at("get").at("x-limit") == "general");
    CHECK(paths.at("/api/open").at("get").at("responses").as_object().contains("429"));
    CHECK(paths.at("/api/login").at("post").at("x-limit") == "auth");
    CHECK_FALSE(paths.at("/unlimited").at("get").at("responses").as_object().contains("429"));
    CHECK(house.get("/asyncapi.json").send().body.find("rate_limited") != std::string::npos);

    TestHost without("doors");
    CHECK(without.get("/openapi.json").send().body.find("429") == std::string::npos);
}

TEST_CASE("without ratelimit the same routes and events work") {
    TestHost house("doors", "own: whatever");
    for (int count = 0; count < 40; ++count) {
        CHECK(house.post("/api/login").send().status == 200);
        CHECK(house.get("/own").send().status == 200);
    }
    auto ann = house.connect("ann");
    for (int count = 0; count < 40; ++count) CHECK(ann.emit("say", {}).at("ok") == true);
}
