// SPDX-License-Identifier: Apache-2.0
// What the log is told of requests that fail.
#include <catch2/catch.hpp>

#include <mortise/error.h>

#include "app.h"

using namespace mortise;
using namespace http_app;

namespace {

Handler throws(Code code, std::string detail = {}) {
    return [=](const Request&) -> Response { throw Error(code, "No.", detail); };
}

}  // namespace

TEST_CASE("a storm of refusals is one line a second for each code, which says how many it stands for") {
    App app;
    app.level = LogLevel::info;
    app.get("/busy", throws(Code::unavailable, "queue full"));
    app.get("/limited", throws(Code::rate_limited, "message"));
    app.get("/away", throws(Code::bad_gateway));
    for (int round = 0; round < 3; ++round)
        for (const char* path : {"/busy", "/limited", "/away"}) app.send("GET", path);
    CHECK(app.log.count("") == 3);
    CHECK(app.log.count("warn request refused route=/busy code=unavailable what=No.: queue full id=") == 1);
    CHECK(app.log.count("info request refused route=/limited code=rate_limited what=No.: message id=") == 1);
    CHECK(app.log.count("error request failed route=/away code=bad_gateway what=No. id=") == 1);

    app.clock.advance(std::chrono::milliseconds(999));
    app.send("GET", "/busy");
    CHECK(app.log.count("") == 3);
    app.clock.advance(std::chrono::milliseconds(1));
    app.send("GET", "/busy");
    app.send("GET", "/busy");
    CHECK(app.log.count("") == 4);
    CHECK(app.log.count("code=unavailable what=No.: queue full suppressed=3") == 1);
}

TEST_CASE("faults of ours have a line each, also in a storm of refusals") {
    App app;
    app.level = LogLevel::info;
    app.get("/busy", throws(Code::unavailable));
    app.get("/internal", throws(Code::internal, "disk"));
    app.get("/crash", [](const Request&) -> Response { throw std::runtime_error("bad"); });
    for (const char* path : {"/busy", "/internal", "/crash", "/busy", "/internal", "/crash"})
        app.send("GET", path);
    CHECK(app.log.count("error request failed route=/internal code=internal what=No.: disk") == 2);
    CHECK(app.log.count("error request failed route=/crash code=internal what=bad") == 2);
    CHECK(app.log.count("route=/busy") == 1);
}

TEST_CASE("at the level debug every refusal has its line") {
    App app;
    app.get("/busy", throws(Code::unavailable));
    for (int round = 0; round < 3; ++round) app.send("GET", "/busy");
    CHECK(app.log.count("warn request refused route=/busy") == 3);
}

TEST_CASE("a refusal that says no more than its status is not told") {
    App app;
    app.get("/missing", throws(Code::not_found));
    app.send("GET", "/missing");
    CHECK(app.log.count("") == 0);
}

TEST_CASE("a handler that is too slow is told once, when its client is") {
    HeldLane lane;
    App app;
    app.level = LogLevel::info;
    app.lane = &lane;
    app.get("/slow", says("late"));
    auto asked = app.send("GET", "/slow");
    asked->expire();
    CHECK(asked->status() == 504);
    CHECK(app.log.count("error request failed route=/slow code=gateway_timeout") == 1);
    app.clock.advance(std::chrono::seconds(2));
    lane.run();
    CHECK(app.log.count("") == 1);
}

TEST_CASE("a proxy nobody told us of is warned of once") {
    App app;
    app.level = LogLevel::info;
    app.get("/x", says("x"));
    const TestExchange::Headers forwarded{{"X-Forwarded-For", "198.51.100.7"}};
    app.send("GET", "/x");
    CHECK(app.log.count("") == 0);
    for (int count = 0; count < 3; ++count) CHECK(app.send("GET", "/x", forwarded)->text() == "x");
    CHECK(app.log.count("warn X-Forwarded-For is not believed: it comes from no trusted proxy "
                        "address=192.0.2.1 setting=server.trusted_proxies") == 1);
    CHECK(app.log.count("") == 1);
}

TEST_CASE("a proxy we know is not warned of") {
    App app;
    app.level = LogLevel::info;
    app.settings.trusted_proxies = {"192.0.2.0/24"};
    app.get("/x", says("x"));
    app.send("GET", "/x", {{"X-Forwarded-For", "198.51.100.7"}});
    CHECK(app.log.count("") == 0);
}
