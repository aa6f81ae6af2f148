// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/error.h>
#include <mortise/etag.h>

#include "app.h"
#include "golden.h"
#include "http/client_address.h"
#include "http/request_id.h"

using namespace mortise;
using namespace http_app;

namespace {

http::CorsSettings cors_for(std::string origin, bool credentials = false) {
    http::CorsSettings cors;
    cors.origins = {std::move(origin)};
    cors.credentials = credentials;
    return cors;
}

}  // namespace

TEST_CASE("failures look as the golden file says, in both styles") {
    const auto faulty = Error(Code::unprocessable, "The body has values that are not allowed.", "secret")
                            .with_fault({"/title", "too_long", "Must have 1 to 200 characters."})
                            .with_fault({"query:limit", "wrong_type", "Must be a \"whole\" number."});
    RequestParts parts;
    parts.path = "/api/v1/tasks";
    parts.query = "token=secret";
    parts.id = "req-1";
    std::string text;
    const auto show = [&text](const Response& response) {
        text += std::to_string(response.status()) + "\n";
        for (const auto& [name, value] : response.headers()) text += name + ": " + value + "\n";
        text += std::string(response.body_text()) + "\n\n";
    };
    show(http::make_problem(faulty, &parts, http::ErrorStyle::problem));
    show(http::make_problem(Error(Code::unavailable, "Later.").retry_after(std::chrono::milliseconds(1)),
                            &parts, http::ErrorStyle::problem));
    show(http::make_problem(Error(Code::unauthenticated, "Sign in first."), &parts,
                            http::ErrorStyle::problem));
    for (const int status : {400, 404, 408, 413, 414, 431, 500, 501, 503, 505})
        show(http::make_problem(status, "Why.", nullptr, http::ErrorStyle::problem));
    show(http::make_problem(faulty, &parts, http::ErrorStyle::compat));
    show(http::make_problem(404, "There is nothing at this path.", &parts, http::ErrorStyle::compat));
    CHECK(text.find("secret") == std::string::npos);
    test::check_golden("problems.txt", text);
}

TEST_CASE("every code of the SDK has a title and the status it says") {
    for (int code = 0; code <= static_cast<int>(Code::gateway_timeout); ++code) {
        const Response response =
            http::make_problem(Error(static_cast<Code>(code), "x"), nullptr, http::ErrorStyle::problem);
        const Json body = parse_json(response.body_text());
        CHECK(body.at("title") != "Unknown");
        CHECK(body.at("status") == response.status());
        CHECK((response.header("Retry-After") != nullptr) == (response.status() == 503));
    }
}

TEST_CASE("the server answers for paths and methods that no route takes") {
    App app;
    app.get("/tasks", says("x"));
    app.route(std::nullopt, "/echo", says("echo"));

    CHECK(app.send("GET", "/nowhere")->json().at("code") == "not_found");
    auto wrong = app.send("POST", "/tasks");
    CHECK(wrong->status() == 405);
    CHECK(wrong->header("Allow") == "GET, HEAD, OPTIONS");
    auto strange = app.send("BREW", "/tasks");
    CHECK(strange->status() == 405);
    CHECK(strange->json().at("detail") == "This path does not take BREW.");
    CHECK(app.send("BREW", "/echo")->text() == "echo");
    CHECK(app.send("BREW", "/nowhere")->status() == 404);

    auto options = app.send("OPTIONS", "/tasks");
    CHECK(options->status() == 204);
    CHECK(options->header("Allow") == "GET, HEAD, OPTIONS");
    CHECK(app.send("OPTIONS", "*")->header("Allow") == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    CHECK(app.send("OPTIONS", "/nowhere")->status() == 404);
    CHECK(app.send("GET", "*")->status() == 405);
    CHECK(app.send("HEAD", "/tasks")->status() == 200);
}

TEST_CASE("an alias leads to the same route") {
    App app;
    app.aliases = http::Aliases(http::Aliases::Prefixes{{"/auth", "/api/v1/auth"}});
    app.get("/api/v1/auth/me", says("me"));
    CHECK(app.send("GET", "/auth/me")->text() == "me");
    CHECK(app.send("GET", "/%61uth/me")->text() == "me");
    CHECK(app.send("GET", "/authme")->status() == 404);
}

TEST_CASE("a well-formed request id is kept, any other is replaced") {
    App app;
    app.get("/x", [](const Request& request) { return Response::text(std::string(request.id())); });
    auto kept = app.send("GET", "/x", {{"X-Request-Id", "a.B-9_z"}});
    CHECK(kept->text() == "a.B-9_z");
    CHECK(kept->header("X-Request-Id") == "a.B-9_z");
    for (const std::string& bad :
         {std::string("a b"), std::string("<x>"), std::string(129, 'a'), std::string()}) {
        auto made = app.send("GET", "/x", {{"X-Request-Id", bad}});
        CHECK(made->text().size() == 16);
        CHECK(http::is_request_id(made->text()));
        CHECK(made->header("X-Request-Id") == made->text());
    }
    CHECK(app.send("GET", "/x")->text() != app.send("GET", "/x")->text());
    CHECK(app.send("GET", "/none", {{"X-Request-Id", "mine"}})->json().at("requestId") == "mine");
}

TEST_CASE("only trusted proxies are believed about the client") {
    App app;
    app.settings.trusted_proxies = {"192.0.2.0/24", "2001:db8::/32", "10.0.0.1"};
    app.get("/who", [](const Request& request) {
        return Response::text(std::string(request.client_address()) + (request.is_secure() ? " tls" : ""));
    });
    const auto who = [&app](TestExchange::Headers headers, const std::string& peer = "192.0.2.1") {
        auto exchange = std::make_shared<TestExchange>("GET", "/who", std::move(headers));
        exchange->parts().client_address = peer;
        return app.send(exchange)->text();
    };
    CHECK(who({}) == "192.0.2.1");
    CHECK(who({{"X-Forwarded-For", "198.51.100.7"}}) == "198.51.100.7");
    CHECK(who({{"X-Forwarded-For", "1.1.1.1, 198.51.100.7, 10.0.0.1"}}) == "198.51.100.7");
    CHECK(who({{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-For", "198.51.100.7,10.0.0.1"}}) ==
          "198.51.100.7");
    CHECK(who({{"X-Forwarded-For", "198.51.100.7"}}, "203.0.113.9") == "203.0.113.9");
    CHECK(who({{"X-Forwarded-For", "198.51.100.7, evil"}}) == "192.0.2.1");
    CHECK(who({{"X-Forwarded-For", "evil, 10.0.0.1"}}) == "10.0.0.1");
    CHECK(who({{"X-Forwarded-For", "198.51.100.7:4711"}}) == "198.51.100.7");
    CHECK(who({{"X-Forwarded-For", "[2001:0DB9:0::1]:80"}}) == "2001:db9::1");
    CHECK(who({{"X-Forwarded-For", "::ffff:198.51.100.7"}}, "2001:db8::5") == "198.51.100.7");
    CHECK(who({{"X-Forwarded-Proto", "https"}}) == "192.0.2.1 tls");
    CHECK(who({{"X-Forwarded-Proto", "https"}}, "203.0.113.9") == "203.0.113.9");
    CHECK(who({{"X-Forwarded-Proto", "https, http"}}) == "192.0.2.1");
}

TEST_CASE("a proxy that is no network is a fault") {
    for (const char* bad : {"*", "10.0.0.1/8", "localhost"})
        CHECK_THROWS_AS(http::TrustedProxies({bad}), std::invalid_argument);
}

TEST_CASE("browsers are told to be careful, and a handler may say otherwise") {
    App app;
    app.get("/x", says("x"));
    app.get("/framed", [](const Request&) {
        Response response = Response::text("x");
        response.set_header("x-frame-options", "SAMEORIGIN");
        return response;
    });
    auto plain = app.send("GET", "/x");
    CHECK(plain->header("X-Content-Type-Options") == "nosniff");
    CHECK(plain->header("X-Frame-Options") == "DENY");
    CHECK(plain->header("Content-Security-Policy") == "frame-ancestors 'none'");
    CHECK(plain->header("Referrer-Policy") == "no-referrer");
    CHECK(plain->header("Cross-Origin-Resource-Policy") == "same-site");
    CHECK(plain->header("Strict-Transport-Security").empty());
    CHECK(app.send("GET", "/framed")->header("X-Frame-Options") == "SAMEORIGIN");
    CHECK(app.send("GET", "/nowhere")->header("X-Content-Type-Options") == "nosniff");

    auto secure = std::make_shared<TestExchange>("GET", "/x");
    secure->parts().is_secure = true;
    CHECK(app.send(secure)->header("Strict-Transport-Security") == "max-age=31536000");
}

TEST_CASE("only listed origins may read, and caches are told") {
    App app;
    app.settings.answers.cors = cors_for("https://app.example", true);
    app.get("/x", says("x"));
    app.get("/fails", [](const Request&) -> Response { throw Error(Code::conflict, "No."); });

    auto allowed = app.send("GET", "/x", {{"Origin", "https://app.example"}});
    CHECK(allowed->header("Access-Control-Allow-Origin") == "https://app.example");
    CHECK(allowed->header("Access-Control-Allow-Credentials") == "true");
    CHECK(allowed->header("Access-Control-Expose-Headers").find("ETag") != std::string::npos);
    CHECK(allowed->header("Vary") == "Origin");
    CHECK(app.send("GET", "/fails", {{"Origin", "https://app.example"}})
              ->header("Access-Control-Allow-Origin") == "https://app.example");
    for (const char* other : {"https://app.example.evil", "http://app.example", "null",
                              "https://app.example:8443", "HTTPS://app.example"}) {
        auto refused = app.send("GET", "/x", {{"Origin", other}});
        CHECK(refused->header("Access-Control-Allow-Origin").empty());
        CHECK(refused->header("Access-Control-Allow-Credentials").empty());
        CHECK(refused->header("Vary") == "Origin");
    }
    CHECK(app.send("GET", "/x")->header("Vary") == "Origin");
}

TEST_CASE("a preflight is answered from the table") {
    App app;
    app.settings.answers.cors = cors_for("https://app.example");
    app.post("/x", says("x")).requires_user();
    app.route(std::nullopt, "/echo", says("echo"));
    const TestExchange::Headers asks = {{"Origin", "https://app.example"},
                                        {"Access-Control-Request-Method", "POST"}};

    auto allowed = app.send("OPTIONS", "/x", asks);
    CHECK(allowed->status() == 204);
    CHECK(allowed->header("Access-Control-Allow-Origin") == "https://app.example");
    CHECK(allowed->header("Access-Control-Allow-Methods") == "POST, OPTIONS");
    CHECK(allowed->header("Access-Control-Allow-Headers").find("Authorization") != std::string::npos);
    CHECK(allowed->header("Access-Control-Max-Age") == "600");
    CHECK(app.send("OPTIONS", "/echo", asks)->status() == 204);
    CHECK(app.send("OPTIONS", "/echo")->text() == "echo");
    CHECK(app.send("OPTIONS", "/nowhere", asks)->status() == 404);
    auto other = app.send("OPTIONS", "/x",
                          {{"Origin", "https://evil.example"}, {"Access-Control-Request-Method", "POST"}});
    CHECK(other->status() == 204);
    CHECK(other->header("Access-Control-Allow-Origin").empty());
    CHECK(other->header("Access-Control-Allow-Methods").empty());
}

TEST_CASE("every origin is allowed only by itself and without credentials") {
    App app;
    app.settings.answers.cors = cors_for("*");
    app.get("/x", says("x"));
    CHECK(app.send("GET", "/x", {{"Origin", "https://a.example"}})->header("Access-Control-Allow-Origin") ==
          "*");
    CHECK_THROWS_AS(http::Cors(cors_for("*", true)), std::invalid_argument);
    CHECK_THROWS_AS(http::Cors(cors_for("app.example")), std::invalid_argument);
    CHECK_THROWS_AS(http::Cors(cors_for("https://app.example/")), std::invalid_argument);
    http::CorsSettings both = cors_for("https://app.example");
    both.origins.push_back("*");
    CHECK_THROWS_AS(http::Cors(both), std::invalid_argument);
}

TEST_CASE("a client that has the answer already gets 304") {
    App app;
    std::string text = "first";
    app.get("/x", [&text](const Request&) { return Response::text(text); });
    app.get("/own", [](const Request&) {
        Response response = Response::text("x");
        response.set_header("ETag", quote_etag("v7"));
        response.set_header("Cache-Control", "public, max-age=60");
        return response;
    });
    app.post("/x", says("made"));
    app.get("/missing", [](const Request&) { return Response(404); });

    auto first = app.send("GET", "/x");
    const std::string tag = first->header("ETag");
    CHECK(tag.size() == 13);
    CHECK(first->header("Cache-Control") == "no-cache");
    for (const std::string& sent : {tag, "W/" + tag, "\"other\", " + tag, std::string("*"),
                                    tag.substr(0, tag.size() - 1) + "-gzip\""}) {
        auto again = app.send("GET", "/x", {{"If-None-Match", sent}});
        CHECK(again->status() == 304);
        CHECK(again->text().empty());
        CHECK(again->header("ETag") == tag);
        CHECK(again->header("Content-Type").empty());
    }
    CHECK(app.send("HEAD", "/x", {{"If-None-Match", tag}})->status() == 304);
    text = "second";
    CHECK(app.send("GET", "/x", {{"If-None-Match", tag}})->status() == 200);
    auto own = app.send("GET", "/own", {{"If-None-Match", "\"v7\""}});
    CHECK(own->status() == 304);
    CHECK(own->header("Cache-Control") == "public, max-age=60");
    CHECK(app.send("POST", "/x")->header("ETag").empty());
    auto missing = app.send("GET", "/missing", {{"If-None-Match", "*"}});
    CHECK(missing->status() == 404);
    CHECK(missing->header("ETag").empty());
    CHECK(missing->header("Cache-Control") == "no-store");
}

TEST_CASE("what a signed-in user got is not for shared caches") {
    NamedIdentity identity;
    App app;
    app.phases.identity = &identity;
    app.get("/x", says("x"));
    CHECK(app.send("GET", "/x", {{"Authorization", "Bearer ann:user"}})->header("Cache-Control") ==
          "private, no-cache");
}

TEST_CASE("what the wire refuses looks like any other failure") {
    App app;
    app.settings.answers.cors = cors_for("https://app.example");
    Response bare = app.application().refuse(400, "The head is broken.", nullptr);
    CHECK(bare.status() == 400);
    CHECK(parse_json(bare.body_text()).at("code") == "malformed");
    CHECK(*bare.header("X-Content-Type-Options") == "nosniff");

    RequestParts parts;
    parts.path = "/x";
    parts.id = "mine";
    parts.headers = {{"Origin", "https://app.example"}};
    Response large = app.application().refuse(413, "Too large.", &parts);
    CHECK(*large.header("Access-Control-Allow-Origin") == "https://app.example");
    CHECK(*large.header("X-Request-Id") == "mine");
    CHECK(parse_json(large.body_text()).at("instance") == "/x");
}

TEST_CASE("old clients get the shape they know") {
    App app;
    app.settings.answers.errors = http::ErrorStyle::compat;
    auto missing = app.send("GET", "/nowhere");
    CHECK(missing->status() == 404);
    CHECK(missing->header("Content-Type") == "application/json");
    CHECK(missing->text() == R"({"success":false,"message":"There is nothing at this path."})");
}

TEST_CASE("the watch is told of every answer, with the route it took") {
    struct Watch final : http::TrafficWatch {
        void finished(const http::FinishedRequest& request) noexcept override {
            seen += (request.parts.route != nullptr ? request.parts.route->path : "none") + " " +
                    std::to_string(request.status) + "\n";
        }
        std::string seen;
    };
    Watch watch;
    App app;
    app.watch = &watch;
    app.get("/tasks/{id}", says("x"));
    for (const char* target : {"/tasks/7", "/nowhere"}) {
        auto asked = app.send("GET", target);
        app.application().finished(asked->parts(), asked->status(), 1, std::chrono::milliseconds(1));
    }
    CHECK(watch.seen == "/tasks/{id} 200\nnone 404\n");
}
