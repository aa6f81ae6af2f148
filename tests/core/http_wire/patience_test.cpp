// SPDX-License-Identifier: Apache-2.0
// How long the wire waits, and for what.
#include <catch2/catch.hpp>
#include <future>

#include "wire_fixture.h"

using namespace mortise;
using namespace std::chrono_literals;

namespace {

struct Patience {
    HandTurnedClock clock;
    http::WireSettings settings;
    Server server{settings, 1, &clock};

    /// Lets the clock pass and the loop notice.
    void pass(std::chrono::milliseconds time) {
        server.settle();
        clock.turn(time);
        server.settle();
    }
};

}  // namespace

TEST_CASE("a connection that says nothing is closed after the header timeout") {
    Patience patience;
    auto client = patience.server.connect();
    patience.pass(patience.settings.header_timeout);
    CHECK(client.is_closed());
}

TEST_CASE("a head that drips is answered 408 when its time is up, however steadily it drips") {
    Patience patience;
    auto client = patience.server.connect();
    std::string_view head = "GET / HTTP/1.1\r\nHost: a\r\nX: yyyyyyyyyyyyyyyyyyyyyyyyyy";
    for (int i = 0; i < 9; ++i) {
        client.send(head.substr(static_cast<std::size_t>(i), 1));
        patience.pass(patience.settings.header_timeout / 10);
    }
    patience.pass(patience.settings.header_timeout / 10);
    const auto answer = client.answer();
    CHECK(answer.status == 408);
    CHECK(answer.header("connection") == "close");
    CHECK(client.is_closed());
}

TEST_CASE("an idle connection is kept for the idle timeout, counted from the last answer") {
    Patience patience;
    auto client = patience.server.connect();
    client.send(get("/"));
    CHECK(client.answer().status == 200);
    patience.pass(patience.settings.idle_timeout - 1s);
    client.send(get("/"));
    CHECK(client.answer().status == 200);
    patience.pass(patience.settings.idle_timeout - 1s);
    CHECK(patience.server.wire.connections().open() == 1);
    patience.pass(1s);
    CHECK(client.is_closed());
}

TEST_CASE("a body that stalls is answered 408, one that moves is waited for") {
    Patience patience;
    auto client = patience.server.connect();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
    for (int i = 0; i < 5; ++i) {
        patience.pass(patience.settings.body_timeout - 1s);
        client.send("x");
    }
    patience.pass(patience.settings.body_timeout);
    CHECK(client.answer().status == 408);
    CHECK(client.is_closed());
}

TEST_CASE("a body that breaks off is answered 400") {
    Patience patience;
    auto client = patience.server.connect();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
    client.finish_sending();
    CHECK(client.answer().status == 400);
}

TEST_CASE("the deadline calls once, and not when the answer is out") {
    Patience patience;
    int calls = 0;
    patience.server.service.on("/late", [&](const ExchangePtr& exchange) {
        exchange->set_deadline(patience.clock.steady_now() + 5s, [&, e = exchange.get()] {
            ++calls;
            e->respond(Response::text("too late", 503));
        });
    });
    patience.server.service.on("/quick", [&](const ExchangePtr& exchange) {
        exchange->set_deadline(patience.clock.steady_now() + 5s, [&] { ++calls; });
        exchange->respond(Response::text("quick"));
    });
    auto client = patience.server.connect();
    client.send(get("/quick"));
    CHECK(client.answer().body == "quick");
    patience.pass(10s);
    CHECK(calls == 0);
    client.send(get("/late"));
    patience.pass(4s);
    CHECK(calls == 0);
    patience.pass(1s);
    CHECK(calls == 1);
    CHECK(client.answer().body == "too late");
    patience.pass(10s);
    CHECK(calls == 1);
}

TEST_CASE("an answer that comes after the deadline's is dropped and the connection goes on") {
    Patience patience;
    ExchangePtr held;
    patience.server.service.on("/held", [&](const ExchangePtr& exchange) {
        held = exchange;
        exchange->set_deadline(patience.clock.steady_now() + 5s,
                               [e = exchange.get()] { e->respond(Response::text("given up", 503)); });
    });
    auto client = patience.server.connect();
    client.send(get("/held") + get("/"));
    patience.pass(5s);
    CHECK(client.answer().status == 503);
    CHECK(client.answer().body == "hello");
    held->respond(Response::text("nobody hears this"));
    CHECK(held->request().path() == "/held");
    client.send(get("/"));
    CHECK(client.answer().body == "hello");
}

TEST_CASE("a client that takes nothing of a large answer is let go") {
    Patience patience;
    patience.server.service.on("/large", [](const ExchangePtr& exchange) {
        exchange->respond(Response::text(std::string(50'000'000, 'x')));
    });
    auto client = patience.server.connect(4096);
    client.send(get("/large"));
    patience.pass(patience.settings.write_timeout - 1s);
    CHECK(patience.server.wire.connections().open() == 1);
    patience.pass(1s);
    CHECK(patience.server.wire.connections().open() == 0);
}

TEST_CASE("a refused client that goes on sending is not listened to for ever") {
    Patience patience;
    auto client = patience.server.connect();
    client.send("nonsense\r\n");
    CHECK(client.answer().status == 400);
    client.send("more");
    patience.pass(patience.settings.linger_timeout);
    CHECK(patience.server.wire.connections().open() == 0);
}

TEST_CASE("two hundred slow clients hold up nobody") {
    Patience patience;
    std::vector<Client> slow;
    for (int i = 0; i < 200; ++i) {
        slow.push_back(patience.server.connect());
        slow.back().send("GET / HT");
    }
    auto client = patience.server.connect();
    for (int i = 0; i < 100; ++i) {
        client.send(get("/"));
        REQUIRE(client.answer().body == "hello");
    }
    patience.pass(patience.settings.header_timeout);
    for (auto& one : slow) REQUIRE(one.answer().status == 408);
}
