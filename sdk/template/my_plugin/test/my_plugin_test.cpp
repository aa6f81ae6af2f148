// SPDX-License-Identifier: Apache-2.0
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#include <mortise/testing/test_host.h>

using mortise::testing::TestHost;

TEST_CASE("a visitor is greeted by name") {
    TestHost host("my_plugin");
    const auto answer = host.get("/api/v1/my_plugin/Ada").send();
    CHECK(answer.status == 200);
    CHECK(answer.json() == mortise::Json{{"greeting", "Hello"}, {"name", "Ada"}});
}

TEST_CASE("the greeting is an option") {
    TestHost host("my_plugin", "greeting: Ahoy");
    CHECK(host.get("/api/v1/my_plugin/Ada").send().json().at("greeting") == "Ahoy");
}

TEST_CASE("other methods are refused") {
    TestHost host("my_plugin");
    CHECK(host.del("/api/v1/my_plugin/Ada").send().status == 405);
}
