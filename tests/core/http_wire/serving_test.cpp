// SPDX-License-Identifier: Apache-2.0
// Requests and answers as they should be.
#include <catch2/catch.hpp>
#include <future>

#include "wire_fixture.h"

using namespace mortise;
using namespace std::chrono_literals;

TEST_CASE("a request becomes parts and its answer bytes") {
    Server server;
    std::promise<std::string> seen;
    server.service.on("/some/path", [&](const ExchangePtr& exchange) {
        const auto& request = exchange->request();
        seen.set_value(std::string(request.method_text()) + " " + std::string(request.path()) + " " +
                       std::string(exchange->parts().query) + " " + std::string(request.header("x-one")) +
                       " " + exchange->parts().client_address + " " +
                       std::to_string(exchange->parts().headers.size()));
        exchange->head_lines() = "X-Request-Id: 7\r\n";
        Response response = Response::json_text(R"({"a":1})", 201);
        response.set_header("Content-Length", "999");
        response.set_header("Location", "/x");
        exchange->respond(std::move(response));
    });
    auto client = server.connect();
    client.send("PURGE /some/path?q=1 HTTP/1.1\r\nHost: a\r\nX-One:  1 \r\n\r\n");
    CHECK(seen.get_future().get() == "PURGE /some/path q=1 1 127.0.0.1 2");
    const auto answer = client.answer();
    CHECK(answer.status == 201);
    CHECK(answer.head.starts_with("HTTP/1.1 201 Created\r\n"));
    CHECK(answer.header("content-length") == "7");
    CHECK(answer.header("location") == "/x");
    CHECK(answer.header("x-request-id") == "7");
    CHECK(answer.header("date").ends_with(" GMT"));
    CHECK(answer.header("connection").empty());
    CHECK(answer.body == R"({"a":1})");
}

TEST_CASE("an absolute target's host replaces Host") {
    Server server;
    std::promise<std::string> host;
    server.service.on("/x", [&](const ExchangePtr& exchange) {
        host.set_value(std::string(exchange->request().header("host")));
        exchange->respond(Response::empty());
    });
    auto client = server.connect();
    client.send("GET http://real.example:81/x HTTP/1.1\r\nHost: other\r\n\r\n");
    CHECK(client.answer().status == 204);
    CHECK(host.get_future().get() == "real.example:81");
}

TEST_CASE("pipelined requests are answered in order, inline and from workers") {
    Server server;
    auto client = server.connect();
    client.send(get("/") + get("/worker") + post("/echo", "third") + get("/worker") + get("/"));
    CHECK(client.answer().body == "hello");
    CHECK(client.answer().body == "from a worker");
    CHECK(client.answer().body == "third");
    CHECK(client.answer().body == "from a worker");
    CHECK(client.answer().body == "hello");
}

TEST_CASE("a thousand pipelined requests and a client that reads late") {
    Server server;
    auto client = server.connect(4096);
    std::string all;
    for (int i = 0; i < 1000; ++i) all += get("/");
    client.send(all);
    for (int i = 0; i < 1000; ++i) REQUIRE(client.answer().body == "hello");
}

TEST_CASE("HTTP/1.0 and Connection decide whether the connection stays") {
    Server server;
    const auto [bytes, stays, header] = GENERATE(table<std::string, bool, std::string>({
        {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true, ""},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false, "close"},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: foo, Close\r\n\r\n", false, "close"},
        {"GET / HTTP/1.0\r\n\r\n", false, "close"},
        {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true, "keep-alive"},
    }));
    auto client = server.connect();
    client.send(bytes);
    const auto answer = client.answer();
    CHECK(answer.body == "hello");
    CHECK(answer.header("connection") == header);
    if (stays) {
        client.send(get("/"));
        CHECK(client.answer().body == "hello");
    } else {
        CHECK(client.is_closed());
    }
}

TEST_CASE("a response may ask for the close") {
    Server server;
    server.service.on("/bye", [](const ExchangePtr& exchange) {
        auto response = Response::text("bye");
        response.set_header("Connection", "close");
        exchange->respond(std::move(response));
    });
    auto client = server.connect();
    client.send(get("/bye"));
    CHECK(client.answer().header("connection") == "close");
    CHECK(client.is_closed());
}

TEST_CASE("HEAD gets the head of GET and no body, 204 and 304 get no length") {
    Server server;
    server.service.on("/none", [](const ExchangePtr& exchange) { exchange->respond(Response::empty()); });
    server.service.on("/same",
                      [](const ExchangePtr& exchange) { exchange->respond(Response::text("ignored", 304)); });
    auto client = server.connect();
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + get("/none") + get("/same") + get("/"));
    CHECK(client.answer(true).header("content-length") == "5");
    auto answer = client.answer();
    CHECK(answer.status == 204);
    CHECK(answer.header("content-length").empty());
    answer = client.answer();
    CHECK(answer.status == 304);
    CHECK(answer.header("content-length").empty());
    CHECK(client.answer().body == "hello");
}

TEST_CASE("bodies come whole, long or chunked, whatever the pieces") {
    Server server;
    const std::size_t size = GENERATE(1U, 5'000U, 40'000U, 1'000'000U);
    std::string body(size, ' ');
    for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<char>('a' + i % 26);
    auto client = server.connect();
    client.send(post("/echo", body));
    CHECK(client.answer().body == body);
    std::string chunks = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    std::string_view left = body;
    char length[16];
    for (std::size_t step = 1; !left.empty(); step = step * 3 % 50'021) {
        const auto part = left.substr(0, step);
        std::snprintf(length, sizeof length, "%zx", part.size());
        chunks += std::string(length) + "\r\n" + std::string(part) + "\r\n";
        left.remove_prefix(part.size());
    }
    client.send(chunks + "0\r\n\r\n");
    CHECK(client.answer().body == body);
    client.send(get("/"));
    CHECK(client.answer().body == "hello");
}

TEST_CASE("a body nobody reads is swallowed when short, and ends the connection when long") {
    Server server;
    auto client = server.connect();
    client.send(post("/ignore", std::string(50'000, 'x')) + get("/"));
    CHECK(client.answer().body == "ignored");
    CHECK(client.answer().body == "hello");
    client.send("POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\nsome");
    const auto answer = client.answer();
    CHECK(answer.body == "ignored");
    CHECK(answer.header("connection") == "close");
    CHECK(client.is_closed());
}

TEST_CASE("100-continue is sent when the body is wanted and not when it is refused") {
    Server server;
    auto client = server.connect();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.answer().status == 100);
    client.send("hello");
    CHECK(client.answer().body == "hello");
    client.send("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\nExpect: 100-continue\r\n\r\n");
    auto answer = client.answer();
    CHECK(answer.status == 413);
    CHECK(answer.header("connection") == "close");
    auto another = server.connect();
    another.send("POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    answer = another.answer();
    CHECK(answer.body == "ignored");
    CHECK(answer.header("connection") == "close");
}

TEST_CASE("the first answer counts") {
    Server server;
    server.service.on("/twice", [](const ExchangePtr& exchange) {
        exchange->respond(Response::text("first"));
        exchange->respond(Response::text("second"));
    });
    auto client = server.connect();
    client.send(get("/twice") + get("/"));
    CHECK(client.answer().body == "first");
    CHECK(client.answer().body == "hello");
}

TEST_CASE("many loops, many connections, inline and worker answers mixed") {
    Server server({}, 3);
    std::vector<std::jthread> clients;
    std::atomic<int> right{0};
    for (int t = 0; t < 4; ++t) {
        clients.emplace_back([&] {
            for (int i = 0; i < 25; ++i) {
                auto client = server.connect();
                client.send(get("/") + get("/worker") + post("/echo", "x"));
                right += client.answer().body == "hello";
                right += client.answer().body == "from a worker";
                right += client.answer().body == "x";
            }
        });
    }
    clients.clear();
    CHECK(right == 300);
    server.service.wait_for_finished(300);
    CHECK(server.wire.connections().accepted() == 100);
}

TEST_CASE("every request is reported once with its status and size") {
    Server server;
    auto client = server.connect();
    client.send(get("/") + post("/small", "too long for this") + get("/"));
    client.rest();
    const auto finished = server.service.finished();
    REQUIRE(finished.size() == 2);
    CHECK(finished[0].path == "/");
    CHECK(finished[0].status == 200);
    CHECK(finished[0].body_bytes == 5);
    CHECK(finished[1].path == "/small");
    CHECK(finished[1].status == 413);
}

TEST_CASE("who is over the connection limit gets a 503 and a close") {
    http::WireSettings settings;
    settings.max_connections = 1;
    Server server(settings);
    auto first = server.connect();
    first.send(get("/"));
    CHECK(first.answer().status == 200);
    auto second = server.connect();
    CHECK(second.answer().status == 503);
    CHECK(second.is_closed());
    first.close();
    for (int i = 0; i < 5000 && server.wire.connections().open() > 0; ++i) server.settle();
    auto third = server.connect();
    third.send(get("/"));
    CHECK(third.answer().status == 200);
}
