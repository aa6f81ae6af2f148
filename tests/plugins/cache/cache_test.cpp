// SPDX-License-Identifier: Apache-2.0
#include <mortise/error.h>
#include <mortise/services/database/primary_reads.h>
#include <catch2/catch.hpp>

#include "../scripted/bench.h"

using mortise::Request;
using mortise::Response;
using mortise::testing::TestResponse;
using namespace std::chrono_literals;

TEST_CASE("an answer is given again until its time is over, with its age") {
    Bench bench("cache");
    const TestResponse first = bench.host.get("/shared").send();
    CHECK(first.body == "answer 1");
    CHECK(first.header("x-cache") == "miss");
    CHECK(first.header("age").empty());

    bench.host.clock().advance(59s);
    const TestResponse again = bench.host.get("/shared").send();
    CHECK(again.body == "answer 1");
    CHECK(again.header("x-cache") == "hit");
    CHECK(again.header("age") == "59");
    CHECK(again.header("content-type") == first.header("content-type"));
    CHECK(again.header("etag") == first.header("etag"));

    bench.host.clock().advance(1s);
    CHECK(bench.host.get("/shared").send().body == "answer 2");
}

TEST_CASE("a client that has the answer gets 304 from the cache too") {
    Bench bench("cache");
    const std::string etag(bench.host.get("/shared").send().header("etag"));
    REQUIRE_FALSE(etag.empty());
    const TestResponse same = bench.host.get("/shared").header("If-None-Match", etag).send();
    CHECK(same.status == 304);
    CHECK(same.body.empty());
    CHECK(same.header("x-cache") == "hit");
    CHECK(bench.runs == 1);
}

TEST_CASE("what is added to each answer is never another request's") {
    Bench bench("cache");
    const TestResponse first = bench.host.get("/shared").header("X-Request-Id", "first-request").send();
    const TestResponse second = bench.host.get("/shared").header("X-Request-Id", "second-request").send();
    CHECK(first.header("x-request-id") == "first-request");
    CHECK(second.header("x-request-id") == "second-request");
    CHECK(second.header("x-cache") == "hit");
}

TEST_CASE("the order of a query does not matter, its values do") {
    Bench bench("cache");
    CHECK(bench.host.get("/shared?a=1&b=2").send().body == "answer 1");
    CHECK(bench.host.get("/shared?b=2&a=1").send().body == "answer 1");
    CHECK(bench.host.get("/shared?a=1&b=3").send().body == "answer 2");
    CHECK(bench.host.get("/shared").send().body == "answer 3");
    // Of equal names the first counts for handlers, so these two are not the same.
    CHECK(bench.host.get("/shared?a=1&a=2").send().body == "answer 4");
    CHECK(bench.host.get("/shared?a=2&a=1").send().body == "answer 5");
}

TEST_CASE("nobody gets what belongs to another person, another role or nobody") {
    Bench bench("cache");
    CHECK(bench.host.get("/mine").as("ann").send().body == "answer 1");
    CHECK(bench.host.get("/mine").as("bob").send().body == "answer 2");
    CHECK(bench.host.get("/mine").as("ann", "admin").send().body == "answer 3");
    CHECK(bench.host.get("/mine").send().body == "answer 4");
    CHECK(bench.host.get("/mine").as("ann").send().body == "answer 1");
    CHECK(bench.host.get("/mine").send().body == "answer 4");
}

TEST_CASE("a shared answer is everybody's, a route that is not cached nobody's") {
    Bench bench("cache");
    CHECK(bench.host.get("/shared").as("ann").send().body == "answer 1");
    CHECK(bench.host.get("/shared").as("bob", "admin").send().body == "answer 1");
    CHECK(bench.host.get("/shared").send().body == "answer 1");
    CHECK(bench.host.get("/plain").send().body == "answer 2");
    CHECK(bench.host.get("/plain").send().body == "answer 3");
    CHECK(bench.host.get("/plain").send().header("x-cache").empty());
}

TEST_CASE("a purge reaches all that carry the tag, and nothing else") {
    Bench bench("cache");
    const auto body = [&](const char* path) { return bench.host.get(path).send().body; };
    CHECK(body("/shared/1") == "answer 1");
    CHECK(body("/shared/2") == "answer 2");
    CHECK(bench.host.get("/mine").as("ann").send().body == "answer 3");

    CHECK(bench.host.post("/purge/item:1").send().status == 204);
    CHECK(body("/shared/1") == "answer 4");
    CHECK(body("/shared/2") == "answer 2");
    CHECK(bench.host.get("/mine").as("ann").send().body == "answer 3");

    CHECK(bench.host.post("/purge/all").send().status == 204);
    CHECK(body("/shared/1") == "answer 5");
    CHECK(body("/shared/2") == "answer 6");

    CHECK(bench.host.post("/purge/of:ann").send().status == 204);
    CHECK(bench.host.get("/mine").as("ann").send().body == "answer 7");
    CHECK(bench.host.post("/purge/nobody-has-this").send().status == 204);
}

TEST_CASE("what came while its tag was purged is not kept") {
    Bench bench("cache");
    bench.handler = [&](const Request&, int run) {
        if (run == 1) CHECK(bench.host.post("/purge/all").send().status == 204);
        return Response::text("answer " + std::to_string(run));
    };
    CHECK(bench.host.get("/shared").send().body == "answer 1");
    CHECK(bench.host.get("/shared").send().body == "answer 2");
    CHECK(bench.host.get("/shared").send().body == "answer 2");
}

TEST_CASE("errors, cookies and what a handler forbids are not kept") {
    Bench bench("cache");
    const auto is_kept = [&](auto handler) {
        bench.handler = [handler](const Request&, int) { return handler(); };
        bench.runs = 0;
        CHECK(bench.host.post("/purge/all").send().status == 204);
        bench.host.get("/shared").send();
        const TestResponse second = bench.host.get("/shared").send();
        CHECK(second.header("x-cache") == (bench.runs == 1 ? "hit" : "miss"));
        return bench.runs == 1;
    };
    const auto with = [](const char* name, const char* value) {
        return [=] {
            Response response = Response::text("text");
            response.set_header(name, value);
            return response;
        };
    };
    CHECK(is_kept([] { return Response::text("text"); }));
    CHECK(is_kept([] { return Response::shared("text/plain", mortise::SharedText("text")); }));
    CHECK(is_kept(with("Cache-Control", "public, max-age=60")));
    CHECK_FALSE(is_kept(with("Set-Cookie", "a=1")));
    CHECK_FALSE(is_kept(with("Vary", "Cookie")));
    CHECK_FALSE(is_kept(with("Cache-Control", "max-age=60, no-store")));
    CHECK_FALSE(is_kept(with("Cache-Control", "Private=\"x\"")));
    CHECK_FALSE(is_kept([] { return Response::text("text", 404); }));
    CHECK_FALSE(is_kept([] { return Response::text("text", 201); }));
    CHECK_FALSE(is_kept([]() -> Response { throw mortise::Error(mortise::Code::not_found, "Not here."); }));
    CHECK_FALSE(is_kept([]() -> Response { throw std::runtime_error("broken"); }));
}

TEST_CASE("an answer that is too large is not kept, and the oldest go when memory is full") {
    Bench bench("cache", "memory: 64KiB\nmax_entry: 1KiB");
    bench.handler = [](const Request& request, int) {
        return Response::text(std::string(request.query("large") ? 2000 : 900, 'x'));
    };
    bench.host.get("/shared?large=1").send();
    CHECK(bench.host.get("/shared?large=1").send().header("x-cache") == "miss");

    bench.host.get("/shared?n=0").send();
    CHECK(bench.host.get("/shared?n=0").send().header("x-cache") == "hit");
    for (int place = 1; place < 200; ++place) bench.host.get("/shared?n=" + std::to_string(place)).send();
    CHECK(bench.host.get("/shared?n=0").send().header("x-cache") == "miss");
    CHECK(bench.host.get("/shared?n=0").send().header("x-cache") == "hit");
}

TEST_CASE("when the handler fails, the last answer may be given for a while, if it was not purged") {
    Bench bench("cache", "stale: 1m");
    bench.handler = [](const Request&, int run) -> Response {
        if (run > 1) throw mortise::Error(mortise::Code::unavailable, "Away.");
        return Response::text("answer 1");
    };
    CHECK(bench.host.get("/shared").send().body == "answer 1");
    bench.host.clock().advance(61s);
    const TestResponse stale = bench.host.get("/shared").send();
    CHECK(stale.status == 200);
    CHECK(stale.body == "answer 1");
    CHECK(stale.header("x-cache") == "stale");
    CHECK(stale.header("age") == "61");
    bench.host.post("/purge/all").send();
    CHECK(bench.host.get("/shared").send().status == 503);
}

TEST_CASE("what will be kept is read from the primary, what will not may come from a replica") {
    Bench bench("cache");
    bench.handler = [](const Request&, int) {
        return Response::text(mortise::PrimaryReads::are_wanted() ? "primary" : "replica");
    };
    CHECK(bench.host.get("/shared").send().body == "primary");
    CHECK(bench.host.get("/plain").send().body == "replica");
    CHECK_FALSE(mortise::PrimaryReads::are_wanted());
}

TEST_CASE("HEAD and GET do not answer for each other") {
    Bench bench("cache");
    CHECK(bench.host.get("/shared").send().body == "answer 1");
    CHECK(bench.host.request("HEAD", "/shared").send().header("x-cache") == "miss");
    CHECK(bench.host.request("HEAD", "/shared").send().header("x-cache") == "hit");
    CHECK(bench.host.get("/shared").send().body == "answer 1");
}
