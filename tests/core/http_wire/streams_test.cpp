// SPDX-License-Identifier: Apache-2.0
// Bodies that are never whole in memory, in both directions.
#include <atomic>
#include <catch2/catch.hpp>
#include <future>

#include <mortise/error.h>

#include "wire_fixture.h"

using namespace mortise;
using namespace std::chrono_literals;

namespace {

/// Reads a streamed body on a worker, counts it, and answers with the count or the error's name.
void count_body(Server& server, std::string_view path, std::uint64_t limit) {
    server.service.on(std::string(path), [&server, limit](const ExchangePtr& exchange) {
        exchange->open_body(limit);
        server.service.run([exchange] {
            std::size_t sum = 0;
            char bytes[1000];
            try {
                while (const auto part = exchange->request().body_reader().read(bytes)) sum += part;
                exchange->respond(Response::text(std::to_string(sum)));
            } catch (const Error& error) {
                exchange->respond(Response::text(std::string(error.name()), status_of(error.code())));
            }
        });
    });
}

void answer_when_awaited(const ExchangePtr& exchange) {
    if (exchange->awaits_body()) return exchange->respond(Response::text("awaited"));
    exchange->post([exchange] { answer_when_awaited(exchange); });
}

}  // namespace

TEST_CASE("a body larger than the pipe is streamed to a worker, long or chunked") {
    Server server;
    count_body(server, "/count", 100'000'000);
    auto client = server.connect();
    const std::string body(5'000'000, 'b');
    client.send(post("/count", body));
    CHECK(client.answer().body == "5000000");
    client.send("POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 50; ++i) client.send("186a0\r\n" + std::string(100'000, 'c') + "\r\n");
    client.send("0\r\n\r\n");
    CHECK(client.answer().body == "5000000");
    client.send("POST /count HTTP/1.1\r\nHost: a\r\n\r\n" + get("/"));
    CHECK(client.answer().body == "0");
    CHECK(client.answer().body == "hello");
}

TEST_CASE("a slow worker stops the client: the pipe does not grow") {
    http::WireSettings settings;
    settings.stream_buffer_bytes = 64 * 1024;
    Server server(settings);
    std::promise<void> go;
    auto may_go = go.get_future().share();
    server.service.on("/late", [&](const ExchangePtr& exchange) {
        exchange->open_body(1'000'000'000);
        server.service.run([exchange, may_go] {
            may_go.wait();
            std::size_t sum = 0;
            std::vector<char> bytes(1'000'000);
            std::size_t largest = 0;
            while (const auto part = exchange->request().body_reader().read(bytes)) {
                sum += part;
                largest = std::max(largest, part);
            }
            exchange->respond(
                Response::text(std::to_string(sum) + (largest <= 128 * 1024 ? " bounded" : " unbounded")));
        });
    });
    auto client = server.connect();
    std::jthread sender([&] { client.send(post("/late", std::string(20'000'000, 'x'))); });
    for (int i = 0; i < 50; ++i) server.settle();
    go.set_value();
    sender.join();
    CHECK(client.answer().body == "20000000 bounded");
}

TEST_CASE("a streamed body over its limit, broken off or stalled is told to the worker that reads") {
    HandTurnedClock clock;
    http::WireSettings settings;
    Server server(settings, 1, &clock);
    count_body(server, "/count", 100);
    auto client = server.connect();
    SECTION("over the limit by its length") {
        client.send(post("/count", std::string(101, 'x')));
        CHECK(client.answer().status == 413);
        CHECK(client.is_closed());
    }
    SECTION("over the limit in chunks") {
        client.send("POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" +
                    std::string(101, 'x') + "\r\n0\r\n\r\n");
        CHECK(client.answer().status == 413);
        CHECK(client.is_closed());
    }
    SECTION("broken off") {
        client.send("POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhalf");
        client.finish_sending();
        CHECK(client.answer().status == 400);
        CHECK(client.is_closed());
    }
    SECTION("stalled") {
        client.send("POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhalf");
        server.settle();
        clock.turn(settings.body_timeout);
        server.settle();
        CHECK(client.answer().status == 408);
        CHECK(client.is_closed());
    }
}

TEST_CASE("a streamed body is awaited from the client while its reader waits") {
    Server server;
    const auto read_all = [](const ExchangePtr& exchange) {
        char bytes[10];
        while (exchange->request().body_reader().read(bytes) > 0) {
        }
    };
    server.service.on("/whole", [&](const ExchangePtr& exchange) {
        exchange->open_body(100);
        server.service.run([&, exchange] {
            read_all(exchange);
            exchange->post([exchange] {
                exchange->respond(Response::text(exchange->awaits_body() ? "awaited" : "here"));
            });
        });
    });
    std::promise<bool> is_awaited_unread, is_reader_told;
    server.service.on("/half", [&](const ExchangePtr& exchange) {
        exchange->open_body(100);
        is_awaited_unread.set_value(exchange->awaits_body());
        server.service.run([&, exchange] {
            try {
                read_all(exchange);
                is_reader_told.set_value(false);
            } catch (const Error&) {
                is_reader_told.set_value(true);
            }
        });
        answer_when_awaited(exchange);
    });
    auto client = server.connect();
    client.send(post("/whole", "whole"));
    CHECK(client.answer().body == "here");
    client.send("POST /half HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhalf");
    CHECK(client.answer().body == "awaited");
    CHECK(!is_awaited_unread.get_future().get());
    CHECK(is_reader_told.get_future().get());
}

TEST_CASE("reading a streamed body ends at the request's deadline") {
    Server server;
    std::promise<std::string> name;
    server.service.on("/deadline", [&](const ExchangePtr& exchange) {
        exchange->set_deadline(std::chrono::steady_clock::now() + 20ms, [] {});
        exchange->open_body(100);
        server.service.run([&, exchange] {
            char bytes[10];
            try {
                exchange->request().body_reader().read(bytes);
                name.set_value("no error");
            } catch (const Error& error) {
                name.set_value(std::string(error.name()));
            }
            exchange->respond(Response::empty());
        });
    });
    auto client = server.connect();
    client.send("POST /deadline HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
    CHECK(name.get_future().get() == "request_timeout");
    CHECK(client.answer().status == 204);
}

TEST_CASE("a streamed answer goes out chunked, to HTTP/1.0 until the close, to HEAD not at all") {
    Server server;
    server.service.on("/stream", [](const ExchangePtr& exchange) {
        exchange->respond(Response::stream("text/plain", [](BodyWriter& out) {
            out.write("");
            for (int i = 0; i < 300; ++i) out.write(std::string(10'000, 's'));
        }));
    });
    auto client = server.connect();
    client.send("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n" + get("/stream") + get("/"));
    CHECK(client.answer(true).header("transfer-encoding") == "chunked");
    const auto answer = client.answer();
    CHECK(answer.header("transfer-encoding") == "chunked");
    CHECK(answer.body == std::string(3'000'000, 's'));
    CHECK(client.answer().body == "hello");
    auto old = server.connect();
    old.send("GET /stream HTTP/1.0\r\n\r\n");
    CHECK(old.answer().body == std::string(3'000'000, 's'));
}

TEST_CASE("a streamed answer that throws is cut, so that half of it does not look whole") {
    Server server;
    server.service.on("/half", [](const ExchangePtr& exchange) {
        exchange->respond(Response::stream("text/plain", [](BodyWriter& out) {
            out.write("half");
            throw std::runtime_error("no more");
        }));
    });
    auto client = server.connect();
    client.send(get("/half"));
    CHECK(client.answer().status == 0);
    server.service.wait_for_finished(1);
    auto another = server.connect();
    another.send(get("/"));
    CHECK(another.answer().body == "hello");
}

TEST_CASE("without a worker a streamed answer is a 503") {
    Server server;
    server.service.has_workers = false;
    server.service.on("/stream", [](const ExchangePtr& exchange) {
        exchange->respond(Response::stream("text/plain", [](BodyWriter& out) { out.write("x"); }));
    });
    auto client = server.connect();
    client.send(get("/stream") + get("/"));
    CHECK(client.answer().status == 503);
    CHECK(client.answer().body == "hello");
}

TEST_CASE("who streams to a client that has gone, or takes nothing, is told by an error") {
    HandTurnedClock clock;
    http::WireSettings settings;
    Server server(settings, 1, &clock);
    std::promise<std::string> end;
    std::atomic<int> written{0};
    server.service.on("/endless", [&](const ExchangePtr& exchange) {
        exchange->respond(Response::stream("text/plain", [&](BodyWriter& out) {
            try {
                for (;; ++written) out.write(std::string(100'000, 'e'));
            } catch (const Error& error) {
                end.set_value(std::string(error.name()));
                throw;
            }
        }));
    });
    auto client = server.connect(4096);
    client.send(get("/endless"));
    auto ended = end.get_future();
    SECTION("gone") {
        server.settle();
        client.reset();
    }
    SECTION("takes nothing") {
        // Time passes in leaps longer than its patience until a leap has seen no byte leave.
        while (ended.wait_for(1ms) != std::future_status::ready) {
            clock.turn(settings.write_timeout + 1s);
            server.settle();
        }
    }
    CHECK(ended.get() == "request_timeout");
    CHECK(written < 200);  // 20 MB: what the kernel's buffers and ours may hold, not what is written
    server.service.wait_for_finished(1);
}
