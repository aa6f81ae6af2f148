// SPDX-License-Identifier: Apache-2.0
// What the chain makes of a limiter's decisions, told at once or later.
#include <catch2/catch.hpp>

#include "app.h"
#include "support/test_limiter.h"

using namespace mortise;
using namespace http_app;
using mortise::test::TestLimiter;

namespace {

/// POST /api/v1/letters under "post"; GET /api/v1/letters under no name.
struct Letters {
    Letters() {
        app.phases.identity = &identity;
        app.limiter = &limiter;
        app.post("/api/v1/letters",
                 [this](const Request&) {
                     ++handled;
                     return Response::text("posted");
                 })
            .limit("post")
            .requires_user();
        app.get("/api/v1/letters", says("letters"));
        app.get("/page", says("page"));
    }
    std::shared_ptr<TestExchange> post(std::string token = "ann:user") {
        return app.send("POST", "/api/v1/letters", {{"Authorization", "Bearer " + token}}, "hello");
    }

    NamedIdentity identity;
    TestLimiter limiter;
    TestLimiter::Policy& policy = limiter["post"];
    App app;
    int handled = 0;
};

}  // namespace

TEST_CASE("who is let through is told how many are left, by whatever answers") {
    Letters letters;
    letters.policy.say(test::admitted);
    CHECK(letters.post()->header("x-left") == "4");
    CHECK(letters.handled == 1);
    auto nobody = letters.post("old");
    CHECK(nobody->status() == 401);
    CHECK(nobody->header("x-left") == "4");
    CHECK(letters.policy.visitors() == std::vector<std::string>{"ann", "192.0.2.1"});
}

TEST_CASE("who came too often gets a 429 and does not reach handler, body or identity's refusal") {
    Letters letters;
    letters.policy.say(test::refused);
    auto exchange =
        std::make_shared<TestExchange>("POST", "/api/v1/letters", TestExchange::Headers{}, "hello");
    exchange->holds_body_back = true;
    letters.app.send(exchange);
    CHECK(exchange->status() == 429);
    CHECK(exchange->json().at("code") == "rate_limited");
    CHECK(exchange->header("Retry-After") == "42");
    CHECK(exchange->header("x-left") == "0");
    CHECK(letters.handled == 0);
}

TEST_CASE("what can't be decided is refused as a matter of ours") {
    Letters letters;
    letters.policy.say(test::undecided);
    auto asked = letters.post();
    CHECK(asked->status() == 503);
    CHECK(asked->header("Retry-After") == "1");
    CHECK(letters.app.log.count("the rate limit could not be asked") == 1);
}

TEST_CASE("a route without a name falls under what covers it, or under nothing") {
    Letters letters;
    letters.limiter["general"].say(test::refused);
    CHECK(letters.app.send("GET", "/api/v1/letters")->status() == 429);
    CHECK(letters.app.send("GET", "/page")->status() == 200);
}

TEST_CASE("a request waits for its decision without a thread") {
    Letters letters;
    letters.policy.is_slow = true;
    auto asked = letters.post();
    CHECK(!asked->is_answered());
    CHECK(asked->deadline.has_value());
    REQUIRE(letters.policy.waiting() == 1);

    SECTION("let through, by another thread") {
        std::thread([&] {
            letters.policy.reply(test::admitted);
            letters.policy.reply(test::refused);
        }).join();
        CHECK(asked->text() == "posted");
        CHECK(asked->header("x-left") == "4");
    }
    SECTION("refused") {
        std::thread([&] { letters.policy.reply(test::refused); }).join();
        CHECK(asked->status() == 429);
        CHECK(letters.handled == 0);
    }
    SECTION("forgotten: refused, not left waiting") {
        letters.policy.forget();
        CHECK(asked->status() == 503);
    }
    SECTION("decided after the deadline: nothing happens any more") {
        asked->expire();
        CHECK(asked->status() == 504);
        letters.policy.reply(test::admitted);
        asked->run_posted();
        CHECK(asked->answers == 1);
        CHECK(letters.handled == 0);
    }
}
