// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/error.h>
#include <mortise/middleware.h>
#include <mortise/request.h>
#include <mortise/response.h>
#include <mortise/server/request_parts.h>

using namespace mortise;

TEST_CASE("a request answers by name, whatever the case") {
    RequestParts parts;
    parts.headers = {{"Content-Type", "text/plain"},
                     {"x-one", "1"},
                     {"X-ONE", "2"},
                     {"Cookie", "a=1; b=2"},
                     {"cookie", "c=x=y"}};
    parts.query = "q=a+b&q=second&empty=";
    parts.params = {{"id", "7"}};
    const Request request(parts);
    CHECK(request.header("CONTENT-type") == "text/plain");
    CHECK(request.header("x-One") == "1");
    CHECK(request.header("none").empty());
    CHECK(request.cookie("b") == "2");
    CHECK(request.cookie("c") == "x=y");
    CHECK(!request.cookie("d"));
    CHECK(request.query("q") == "a b");
    CHECK(request.query("empty") == "");
    CHECK(!request.query("none"));
    CHECK(request.param("id") == "7");
    CHECK_THROWS_AS(request.param("name"), std::logic_error);
    CHECK_THROWS_AS(request.signed_in(), Error);
    CHECK_THROWS_AS(request.body_reader(), std::logic_error);
    CHECK_THROWS_AS(request.json(), Error);
}

TEST_CASE("what one middleware leaves another finds, by name and type") {
    RequestParts parts;
    Request request(parts);
    request.leave("tenant", std::string("acme"));
    request.leave("tenant", std::string("other"));
    REQUIRE(request.left<std::string>("tenant") != nullptr);
    CHECK(*request.left<std::string>("tenant") == "other");
    CHECK(request.left<int>("tenant") == nullptr);
    CHECK(request.left<std::string>("none") == nullptr);
}

TEST_CASE("methods are told apart by their exact names") {
    for (const Method method : {Method::get, Method::head, Method::post, Method::put, Method::patch,
                                Method::delete_, Method::options})
        CHECK(method_of(name_of(method)) == method);
    CHECK(method_of("get") == Method::other);
    CHECK(method_of("TRACE") == Method::other);
    CHECK(method_of("") == Method::other);
}

TEST_CASE("no value from outside can add a header") {
    Response response;
    for (const std::string_view bad : {"a\r\nSet-Cookie: b=c", "a\nb", "a\rb", "\x7F", "\x01"})
        CHECK_THROWS_AS(response.set_header("X", bad), std::invalid_argument);
    CHECK_THROWS_AS(response.set_header("X", std::string_view("a\0b", 3)), std::invalid_argument);
    for (const std::string_view bad : {"", "a b", "a:b", "a\r", "a\xFF", "(a)", "a\x7F"})
        CHECK_THROWS_AS(response.add_header(bad, "x"), std::invalid_argument);
    response.set_header("X-Name", "a\tb \xC3\xA9");
    response.set_header("x-name", "second");
    CHECK(response.headers().size() == 1);
    response.add_header("X-NAME", "third");
    response.remove_header("x-Name");
    CHECK(response.headers().empty());
}

TEST_CASE("a parked request is resumed once, and never forgotten") {
    int calls = 0;
    int status = 0;
    const auto note = [&](const Resume::Outcome& outcome) {
        ++calls;
        status = outcome.answer ? outcome.answer->status() : 0;
    };
    {
        const Resume resume(note);
        const Resume copy = resume;
        copy.next();
        resume.answer(Response(418));
    }
    CHECK(calls == 1);
    CHECK(status == 0);
    { const Resume forgotten(note); }
    CHECK(calls == 2);
    CHECK(status == 500);
}
