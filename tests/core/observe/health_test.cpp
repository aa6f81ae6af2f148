// SPDX-License-Identifier: Apache-2.0
#include "observe/health.h"

#include <catch2/catch.hpp>

#include <stdexcept>

#include <mortise/json.h>
#include <mortise/testing/fake_clock.h>
#include "observe/metrics_registry.h"

using namespace mortise;
using namespace mortise::observe;
using namespace std::chrono_literals;

namespace {

struct Bench {
    testing::FakeClock clock;
    Health health{{}, clock, Log{}};
    bool database = true;
    bool mail = true;

    Bench() {
        health.add("database", true, [this] { return HealthResult{database, "secret host unreachable"}; });
        health.add("mail", false, [this] { return HealthResult{mail, {}}; });
        health.check_now();
        health.set_state(ServerState::ready);
    }
    std::string status() const {
        return std::string(parse_json(health.ready().body).at("status").as_string());
    }
};

}  // namespace

TEST_CASE("a server whose checks pass is ready") {
    const Bench bench;
    CHECK(bench.health.ready().status == 200);
    CHECK(
        bench.health.ready().body ==
        R"({"status":"ready","checks":{"database":{"ok":true,"needed":true},"mail":{"ok":true,"needed":false}}})");
}

TEST_CASE("a server that starts or drains is not ready and says which") {
    Bench bench;
    bench.health.set_state(ServerState::starting);
    CHECK(bench.health.ready().status == 503);
    CHECK(bench.status() == "starting");
    bench.health.set_state(ServerState::draining);
    CHECK(bench.health.ready().status == 503);
    CHECK(bench.status() == "draining");
}

TEST_CASE("a needed check that fails makes the server unavailable, and its detail stays inside") {
    Bench bench;
    bench.database = false;
    bench.health.check_now();
    CHECK(bench.health.ready().status == 503);
    CHECK(bench.status() == "unavailable");
    CHECK(bench.health.ready().body.find("secret") == std::string::npos);
    bench.database = true;
    bench.health.check_now();
    CHECK(bench.health.ready().status == 200);
}

TEST_CASE("a check that is not needed only shows") {
    Bench bench;
    bench.mail = false;
    bench.health.check_now();
    CHECK(bench.health.ready().status == 200);
    CHECK(parse_json(bench.health.ready().body).at("checks").at("mail").at("ok") == false);
    CHECK(parse_json(bench.health.health().body).at("status") == "degraded");
}

TEST_CASE("a check that throws has failed") {
    const testing::FakeClock clock;
    Health health({}, clock, Log{});
    health.add("store", true, []() -> HealthResult { throw std::runtime_error("gone"); });
    health.check_now();
    health.set_state(ServerState::ready);
    CHECK(health.ready().status == 503);
}

TEST_CASE("a check that has given no result for ten seconds counts as failed") {
    Bench bench;
    bench.clock.advance(10s);
    CHECK(bench.health.ready().status == 200);
    bench.clock.advance(1ms);
    CHECK(bench.health.ready().status == 503);
}

TEST_CASE("/health speaks to old clients and is always 200") {
    Bench bench;
    bench.clock.advance(90s);
    bench.health.check_now();
    const Health::Answer answer = bench.health.health();
    CHECK(answer.status == 200);
    const Json body = parse_json(answer.body);
    CHECK(body.at("success") == true);
    CHECK(body.at("message") == "Server is running");
    CHECK(body.at("status") == "ok");
    CHECK(body.at("timestamp") == "2030-01-01T12:01:30.000Z");
    CHECK(body.at("uptime") == 90);
    CHECK(body.at("checks").at("database").at("ok") == true);
    bench.health.set_state(ServerState::draining);
    CHECK(bench.health.health().status == 200);
    CHECK(parse_json(bench.health.health().body).at("status") == "draining");
}

TEST_CASE("/livez needs nothing") {
    CHECK(Health::live().status == 200);
    CHECK(Health::live().body == R"({"status":"ok"})");
}

TEST_CASE("checks are shown as metrics") {
    Bench bench;
    MetricsRegistry registry;
    const auto metrics = registry.for_part("health");
    bench.health.show_in(*metrics);
    bench.mail = false;
    bench.health.check_now();
    CHECK_THAT(registry.text(), Catch::Contains("mortise_health_check{check=\"database\"} 1\n"));
    CHECK_THAT(registry.text(), Catch::Contains("mortise_health_check{check=\"mail\"} 0\n"));
}

TEST_CASE("start runs every check before it returns, and stop ends the thread") {
    Bench bench;
    bench.database = false;
    bench.health.start();
    CHECK(bench.health.ready().status == 503);
    bench.health.stop();
}
