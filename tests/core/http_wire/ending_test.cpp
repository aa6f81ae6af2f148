// SPDX-License-Identifier: Apache-2.0
// Clients that leave, servers that stop.
#include <openssl/ssl.h>

#include <catch2/catch.hpp>
#include <future>

#include "certificate.h"
#include "wire_fixture.h"

using namespace mortise;
using namespace std::chrono_literals;

TEST_CASE(
    "a client that leaves while its request is worked on is told to the worker, and the answer is dropped") {
    Server server;
    std::promise<ExchangePtr> arrived;
    server.service.on("/held", [&](const ExchangePtr& exchange) { arrived.set_value(exchange); });
    auto client = server.connect();
    client.send(get("/held"));
    auto exchange = arrived.get_future().get();
    CHECK_FALSE(exchange->request().is_abandoned());
    const bool by_reset = GENERATE(true, false);
    if (by_reset) {
        client.reset();
    } else {
        client.close();
    }
    for (int i = 0; i < 10'000 && !exchange->request().is_abandoned(); ++i) server.settle();
    CHECK(exchange->request().is_abandoned());
    exchange->respond(Response::text("for nobody"));
    CHECK(exchange->request().path() == "/held");
    server.service.wait_for_finished(1);
    exchange.reset();
    auto another = server.connect();
    another.send(get("/"));
    CHECK(another.answer().body == "hello");
    CHECK(server.service.finished().size() == 2);
}

TEST_CASE("a client that has only ended its own sending still gets its answer") {
    Server server;
    auto client = server.connect();
    client.send(get("/worker"));
    client.finish_sending();
    CHECK(client.answer().body == "from a worker");
    CHECK(client.is_closed());
}

TEST_CASE("a request whose client leaves while its body is awaited is reported once") {
    Server server;
    auto client = server.connect();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
    server.settle();
    client.reset();
    server.service.wait_for_finished(1);
    CHECK(server.service.finished()[0].path == "/echo");
}

TEST_CASE("a drain closes idle connections, answers what is in flight, and accepts nobody") {
    Server server({}, 2);
    std::promise<ExchangePtr> arrived;
    server.service.on("/held", [&](const ExchangePtr& exchange) { arrived.set_value(exchange); });
    auto idle = server.connect();
    idle.send(get("/"));
    CHECK(idle.answer().status == 200);
    auto silent = server.connect();
    auto busy = server.connect();
    busy.send(get("/held"));
    const auto exchange = arrived.get_future().get();
    auto half = server.connect();
    half.send("GET / HTTP/1.1\r\nHo");
    server.settle();

    server.wire.drain();
    CHECK(idle.is_closed());
    CHECK(silent.is_closed());
    CHECK_FALSE(server.wire.wait_until_empty(0ms));
    half.send("st: a\r\n\r\n");
    auto answer = half.answer();
    CHECK(answer.body == "hello");
    CHECK(answer.header("connection") == "close");
    exchange->respond(Response::text("still here"));
    answer = busy.answer();
    CHECK(answer.body == "still here");
    CHECK(answer.header("connection") == "close");
    CHECK(busy.is_closed());
    CHECK(server.wire.wait_until_empty(10s));
}

TEST_CASE("a stop cuts what is left, and late answers find nobody") {
    ExchangePtr exchange;
    {
        Server server;
        std::promise<ExchangePtr> arrived;
        server.service.on("/held", [&](const ExchangePtr& held) { arrived.set_value(held); });
        auto client = server.connect();
        client.send(get("/held"));
        exchange = arrived.get_future().get();
        server.wire.stop();
        CHECK(client.is_closed());
        CHECK(exchange->request().is_abandoned());
        exchange->respond(Response::text("late"));
        server.settle();
        exchange.reset();
    }
}

TEST_CASE("requests come and go over TLS, large bodies and files too") {
    const TestCertificate certificate("wire");
    const net::TlsContext tls({certificate.certificate(), certificate.key()});
    Server server;
    server.service.on("/secure", [](const ExchangePtr& exchange) {
        exchange->respond(Response::text(exchange->parts().is_secure ? "yes" : "no"));
    });
    server.service.on("/file", [&](const ExchangePtr& exchange) {
        exchange->respond(Response::file(certificate.certificate(), "text/plain"));
    });
    const auto address = server.wire.listen(net::ListenAddress::parse("127.0.0.1:0"), &tls);

    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                    SSL_CTX_free);
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new_ssl_connect(context.get()), BIO_free_all);
    BIO_set_conn_hostname(bio.get(), address.c_str());
    REQUIRE(BIO_do_connect(bio.get()) == 1);
    const auto ask = [&](const std::string& request, std::string_view end) {
        for (std::size_t sent = 0; sent < request.size();) {
            const int part =
                BIO_write(bio.get(), request.data() + sent, static_cast<int>(request.size() - sent));
            if (part <= 0) return std::string("cannot write");
            sent += static_cast<std::size_t>(part);
        }
        std::string got;
        char bytes[20'000];
        while (!got.ends_with(end)) {
            const int part = BIO_read(bio.get(), bytes, sizeof bytes);
            if (part <= 0) break;
            got.append(bytes, static_cast<std::size_t>(part));
        }
        return got;
    };
    CHECK(ask(get("/secure"), "yes").ends_with("yes"));
    CHECK(ask(get("/") + get("/worker"), "worker").ends_with("from a worker"));
    std::string body(900'000, 'b');
    body += "end";
    CHECK((ask(post("/echo", body), "end").ends_with(body)));
    CHECK(ask(get("/file"), "-----END CERTIFICATE-----\n").ends_with("-----END CERTIFICATE-----\n"));
    CHECK(ask(get("/", "Connection: close\r\n"), "never").ends_with("hello"));
}
