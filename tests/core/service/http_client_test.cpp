// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <future>
#include <stdexcept>

#include <mortise/error.h>
#include <mortise/testing/fake_clock.h>

#include "core/net/certificate.h"
#include "core/service/loopback_server.h"
#include "observe/metrics_registry.h"
#include "service/outgoing_http.h"

using namespace mortise;
using namespace mortise::service;
using namespace mortise::tests;
using namespace std::chrono_literals;
using Poco::Net::StreamSocket;

namespace {

struct HttpBench {
    explicit HttpBench(HttpClientSettings settings = {})
        : http(settings, clock, registry.for_part("http_client"), Log{}), client(http) {}

    testing::FakeClock clock;
    observe::MetricsRegistry registry;
    OutgoingHttp http;
    HttpClient& client;

    Code code_of(const OutgoingRequest& request) {
        try {
            client.send(request);
        } catch (const Error& error) {
            last = error.what();
            last_wait = error.retry_after();
            return error.code();
        }
        throw std::runtime_error("the call was answered");
    }
    std::string last;
    std::optional<std::chrono::milliseconds> last_wait;
};

std::string url(const LoopbackServer& server, const std::string& path = "/") {
    return "http://127.0.0.1:" + std::to_string(server.port()) + path;
}

// Answers every request of a connection with the same bytes.
LoopbackServer::Conversation always(std::string answer) {
    return [answer = std::move(answer)](StreamSocket& socket, int) {
        while (true) {
            read_until(socket, "\r\n\r\n");
            say(socket, answer);
        }
    };
}

// Answers one request and closes.
LoopbackServer::Conversation once(std::string answer) {
    return [answer = std::move(answer)](StreamSocket& socket, int) {
        read_until(socket, "\r\n\r\n");
        say(socket, answer);
    };
}

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Kind: test\r\n\r\nhi";

}  // namespace

TEST_CASE("a GET brings status, headers and body, and says only what it must") {
    std::promise<std::string> seen;
    LoopbackServer server([&](StreamSocket& socket, int) {
        seen.set_value(read_until(socket, "\r\n\r\n"));
        say(socket, ok);
    });
    HttpBench bench;
    const auto response =
        bench.client.send({.url = url(server, "/a%2Fb?c=%20#d"), .headers = {{"Accept", "text/plain"}}});
    CHECK(response.status == 200);
    CHECK(response.body == "hi");
    CHECK(response.header("x-kind") == "test");
    CHECK_FALSE(response.header("x-other"));
    const std::string request = seen.get_future().get();
    CHECK(request.starts_with("GET /a%2Fb?c=%20 HTTP/1.1\r\n"));
    CHECK_THAT(request, Catch::Contains("Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"));
    CHECK_THAT(request, Catch::Contains("Accept: text/plain\r\n"));
    CHECK_THAT(request, !Catch::Contains("Content-Length"));
    CHECK_THAT(bench.registry.text(),
               Catch::Contains("mortise_http_client_calls_total{outcome=\"answered\"} 1\n"));
}

TEST_CASE("a POST sends its body with its length, an empty one too") {
    for (const std::string& body : {std::string("some \0 bytes", 12), std::string()}) {
        std::promise<std::string> seen;
        LoopbackServer server([&](StreamSocket& socket, int) {
            std::string request = read_until(socket, "\r\n\r\n");
            while (request.size() < request.find("\r\n\r\n") + 4 + body.size()) {
                char letter = 0;
                socket.receiveBytes(&letter, 1);
                request += letter;
            }
            seen.set_value(request);
            say(socket, ok);
        });
        HttpBench bench;
        bench.client.send({.method = "POST", .url = url(server), .body = body});
        const std::string request = seen.get_future().get();
        CHECK_THAT(request, Catch::Contains("Content-Length: " + std::to_string(body.size()) + "\r\n"));
        CHECK(request.ends_with("\r\n\r\n" + body));
    }
}

TEST_CASE("a connection is kept and used again, until it has idled too long") {
    LoopbackServer server(always(ok));
    HttpBench bench;
    for (int round = 0; round < 3; ++round) CHECK(bench.client.get(url(server)).body == "hi");
    CHECK(server.connections() == 1);
    bench.clock.advance(15s);
    CHECK(bench.client.get(url(server)).body == "hi");
    CHECK(server.connections() == 2);
}

TEST_CASE("an answer that closes, or comes from HTTP/1.0, ends the connection") {
    for (const std::string& answer :
         {std::string("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"),
          std::string("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
          std::string("HTTP/1.1 200 OK\r\n\r\nhi")}) {
        LoopbackServer server(once(answer));
        HttpBench bench;
        CHECK(bench.client.get(url(server)).body == "hi");
        CHECK(bench.client.get(url(server)).body == "hi");
        CHECK(server.connections() == 2);
    }
}

TEST_CASE("a kept connection that the server closes under an idempotent request is replaced once") {
    LoopbackServer server([&](StreamSocket& socket, int number) {
        read_until(socket, "\r\n\r\n");
        say(socket, ok);
        if (number == 1) {
            read_until(socket, "\r\n\r\n");  // and closes without an answer
            return;
        }
        read_until(socket, "\r\n\r\n");
        say(socket, ok);
    });
    HttpBench bench;
    CHECK(bench.client.get(url(server)).body == "hi");
    CHECK(bench.client.get(url(server)).body == "hi");
    CHECK(server.connections() == 2);
}

TEST_CASE("a POST on a connection that was closed is not sent twice") {
    std::atomic<int> requests = 0;
    LoopbackServer server([&](StreamSocket& socket, int) {
        read_until(socket, "\r\n\r\n");
        ++requests;
        say(socket, ok);
        read_until(socket, "\r\n\r\n");
        ++requests;
    });
    HttpBench bench;
    CHECK(bench.client.get(url(server)).body == "hi");
    CHECK(bench.code_of({.method = "POST", .url = url(server)}) == Code::bad_gateway);
    CHECK(requests == 2);
    CHECK(server.connections() == 1);
}

TEST_CASE("chunks, interim answers and answers without a body are read as they are meant") {
    LoopbackServer chunked(
        always("HTTP/1.1 200 OK\r\nTransfer-Encoding: "
               "chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\n"));
    LoopbackServer interim(
        always("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok));
    LoopbackServer head(always("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"));
    LoopbackServer empty(always("HTTP/1.1 204 No Content\r\n\r\n"));
    HttpBench bench;
    for (int round = 0; round < 2; ++round) {
        CHECK(bench.client.get(url(chunked)).body == "abc0123456789");
        CHECK(bench.client.get(url(interim)).body == "hi");
        CHECK(bench.client.send({.method = "HEAD", .url = url(head)}).body.empty());
        CHECK(bench.client.get(url(empty)).status == 204);
    }
    for (const auto* server : {&chunked, &interim, &head, &empty}) CHECK(server->connections() == 1);
}

TEST_CASE("an answer that breaks off or is not HTTP is an error, never half an answer") {
    const auto answer =
        GENERATE(as<std::string>{}, "", "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Le",
                 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcdefg\r\n0\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n0\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
                 "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc",
                 "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: =?utf-8?Q?a=0D=0Ab?=\r\n\r\nhi");
    CAPTURE(answer);
    LoopbackServer server(once(answer));
    HttpBench bench;
    CHECK(bench.code_of({.url = url(server)}) == Code::bad_gateway);
}

TEST_CASE("an answer larger than wanted is refused, however it is framed") {
    const auto answer = GENERATE(
        as<std::string>{}, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n01234567890",
        "HTTP/1.1 200 OK\r\n\r\n01234567890",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n5\r\n01234\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n");
    CAPTURE(answer);
    LoopbackServer server(once(answer));
    HttpBench bench;
    CHECK(bench.code_of({.url = url(server), .max_answer_bytes = 10}) == Code::bad_gateway);
    CHECK_THAT(bench.last, Catch::Contains("too large"));
}

TEST_CASE("silence and dribbling both end with the deadline") {
    LoopbackServer silent([](StreamSocket& socket, int) { read_until(socket, "never"); });
    LoopbackServer dribbling([](StreamSocket& socket, int) {
        read_until(socket, "\r\n\r\n");
        say(socket, "HTTP/1.1 200 OK\r\nX: ");
        while (true) say(socket, "a");
    });
    HttpBench bench;
    CHECK(bench.code_of({.url = url(silent), .timeout = 50ms}) == Code::gateway_timeout);
    const auto code = bench.code_of({.url = url(dribbling), .timeout = 50ms});
    CHECK(
        (code == Code::gateway_timeout || code == Code::bad_gateway));  // Poco bounds a header's length first
}

TEST_CASE("a server that is not there fails five times, then is spared for a minute, then tried once") {
    std::uint16_t port = 0;
    {
        LoopbackServer gone(once(ok));
        port = gone.port();
    }
    const std::string address = "http://127.0.0.1:" + std::to_string(port) + "/";
    HttpBench bench;
    for (int round = 0; round < 5; ++round) CHECK(bench.code_of({.url = address}) == Code::bad_gateway);
    CHECK(bench.code_of({.url = address}) == Code::unavailable);
    CHECK(bench.last_wait == 60s);
    CHECK_THAT(bench.registry.text(), Catch::Contains("mortise_http_client_open_breakers 1\n"));
    bench.clock.advance(60s);
    CHECK(bench.code_of({.url = address}) == Code::bad_gateway);
    CHECK(bench.code_of({.url = address}) == Code::unavailable);
}

TEST_CASE("answers of a sick server reach the caller and open the breaker; those of a strict one do not") {
    LoopbackServer sick(always("HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n"));
    LoopbackServer strict(always("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"));
    HttpBench bench;
    for (int round = 0; round < 5; ++round) {
        CHECK(bench.client.get(url(sick)).status == 503);
        CHECK(bench.client.get(url(strict)).status == 404);
    }
    CHECK(bench.code_of({.url = url(sick)}) == Code::unavailable);
    CHECK(bench.client.get(url(strict)).status == 404);
}

TEST_CASE("redirects are followed only when asked, so far as asked, and without secrets to others") {
    std::promise<std::string> seen;
    LoopbackServer other([&](StreamSocket& socket, int) {
        seen.set_value(read_until(socket, "\r\n\r\n"));
        say(socket, ok);
    });
    LoopbackServer first(
        once("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + url(other, "/there") + "\r\n\r\n"));
    LoopbackServer circle(always("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /again\r\n\r\n"));
    HttpBench bench;
    CHECK(bench.client.get(url(first)).status == 302);
    const auto response = bench.client.send(
        {.url = url(first), .headers = {{"Authorization", "secret"}, {"X-Kind", "kept"}}, .redirects = 1});
    CHECK(response.body == "hi");
    const std::string request = seen.get_future().get();
    CHECK(request.starts_with("GET /there "));
    CHECK_THAT(request, !Catch::Contains("secret"));
    CHECK_THAT(request, Catch::Contains("kept"));
    CHECK(bench.client.send({.url = url(circle), .redirects = 5}).status == 302);
    CHECK(bench.client.send({.method = "POST", .url = url(circle), .redirects = 5}).status == 302);
}

TEST_CASE("a redirect to another scheme is left to the caller") {
    LoopbackServer server(
        always("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: file:///etc/passwd\r\n\r\n"));
    HttpBench bench;
    CHECK(bench.client.send({.url = url(server), .redirects = 5}).status == 302);
}

TEST_CASE("what can't be sent is refused before anything is sent") {
    HttpBench bench;
    const std::string there = "http://127.0.0.1:1/";
    for (const char* bad : {"", "/path", "ftp://a/", "http://", "http://user:secret@a/", "http://a/\r\nX: y",
                            "http://a:0/", "http://a:99999/", "http://a b/"})
        CHECK_THROWS_AS(bench.client.get(bad), std::invalid_argument);
    CHECK_THROWS_AS(bench.client.send({.method = "GE T", .url = there}), std::invalid_argument);
    CHECK_THROWS_AS(bench.client.send({.url = there, .headers = {{"X", "a\r\nY: b"}}}),
                    std::invalid_argument);
    CHECK_THROWS_AS(bench.client.send({.url = there, .headers = {{"X Y", "a"}}}), std::invalid_argument);
    CHECK_THROWS_AS(bench.client.send({.url = there, .headers = {{"host", "a"}}}), std::invalid_argument);
}

TEST_CASE("a certificate is believed only when it is vouched for and names the host") {
    const TestCertificate certificate("localhost");
    Poco::Net::Context::Params parameters;
    parameters.certificateFile = certificate.certificate();
    parameters.privateKeyFile = certificate.key();
    parameters.verificationMode = Poco::Net::Context::VERIFY_NONE;
    const Poco::Net::Context::Ptr tls(new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, parameters));
    LoopbackServer server(
        always("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://localhost/\r\n\r\n"), tls);
    const std::string port = std::to_string(server.port());

    HttpBench strangers;
    CHECK(strangers.code_of({.url = "https://localhost:" + port + "/"}) == Code::bad_gateway);

    HttpBench bench({.authorities_file = certificate.certificate()});
    CHECK(bench.client.get("https://localhost:" + port + "/").status == 302);
    CHECK(bench.client.send({.url = "https://localhost:" + port + "/", .redirects = 1}).status == 302);
    CHECK(bench.code_of({.url = "https://127.0.0.1:" + port + "/"}) == Code::bad_gateway);
}

TEST_CASE("no more connections to one server than allowed; the others wait their turn") {
    std::atomic<int> open = 0;
    std::atomic<int> most = 0;
    LoopbackServer server([&](StreamSocket& socket, int) {
        while (true) {
            read_until(socket, "\r\n\r\n");
            most = std::max(most.load(), ++open);
            say(socket, "HTTP/1.1 200 OK\r\n");
            --open;
            say(socket, "Content-Length: 2\r\n\r\nhi");
        }
    });
    HttpBench bench({.connections = 2});
    std::vector<std::thread> callers;
    std::atomic<int> answered = 0;
    for (int caller = 0; caller < 6; ++caller)
        callers.emplace_back([&] {
            for (int round = 0; round < 20; ++round)
                if (bench.client.get(url(server)).body == "hi") ++answered;
        });
    for (auto& caller : callers) caller.join();
    CHECK(answered == 120);
    CHECK(most <= 2);
    CHECK(server.connections() <= 2);
}
