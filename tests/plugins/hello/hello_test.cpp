// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/testing/test_host.h>

using mortise::Json;
using mortise::testing::TestHost;

TEST_CASE("hello greets by name with the configured word") {
    TestHost host("hello", "greeting: Ahoy\n");
    const auto answer = host.get("/hello/J%C3%BCrgen").send();
    CHECK(answer.status == 200);
    CHECK(answer.body == "Ahoy, J\xC3\xBCrgen!");
    CHECK(answer.header("content-type") == "text/plain; charset=utf-8");
}

TEST_CASE("hello's middleware stamps every answer, errors too") {
    TestHost host("hello");
    CHECK(host.get("/hello/Ann").send().header("x-greeting") == "Hello");
    const auto missing = host.get("/nowhere").send();
    CHECK(missing.status == 404);
    CHECK(missing.header("x-greeting") == "Hello");
    CHECK(host.post("/hello/Ann").send().status == 405);
}

TEST_CASE("hello waves back what was waved") {
    TestHost host("hello");
    const auto waved = host.emit("hello:wave", {Json{{"hand", "left"}}});
    CHECK(waved.acknowledgement == Json{{"ok", true}});
    REQUIRE(waved.emitted.size() == 1);
    CHECK(waved.emitted[0].first == "hello:waved");
    CHECK(waved.emitted[0].second.at(0).json() == Json{{"hand", "left"}});
}

TEST_CASE("a greeting that is too long is refused at start") {
    TestHost host("hello", "greeting: " + std::string(41, 'x') + "\n");
    CHECK_THROWS_WITH(host.start(), Catch::Contains("greeting"));
}
