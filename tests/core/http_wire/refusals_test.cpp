// SPDX-License-Identifier: Apache-2.0
// What must not come through: bytes in, status and close out.
#include <catch2/catch.hpp>

#include "http/chunk_decoder.h"
#include "http/head_scanner.h"
#include "wire_fixture.h"

using mortise::http::HeadScanner;
using mortise::http::WireSettings;

namespace {

struct Refusal {
    const char* what;
    std::string bytes;
    int status;
};

std::string chunked(std::string_view body, std::string_view path = "/echo") {
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
           std::string(body);
}

const std::vector<Refusal>& refusals() {
    using namespace std::string_literals;
    static const std::vector<Refusal> all{
        {"two lengths",
         "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400},
        {"two equal lengths",
         "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400},
        {"a list of lengths", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello", 400},
        {"a length with a plus", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nbody", 400},
        {"a negative length", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
        {"a length in hex", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0x4\r\n\r\nbody", 400},
        {"an empty length", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400},
        {"a length beyond 64 bits",
         "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n", 400},
        {"a length of words", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4 4\r\n\r\nbody", 400},
        {"length and chunked",
         "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         400},
        {"chunked and length",
         "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
         400},
        {"xchunked", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400},
        {"chunked, identity",
         "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400},
        {"gzip, chunked",
         "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400},
        {"identity", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", 400},
        {"chunked twice",
         "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
         "chunked\r\n\r\n0\r\n\r\n",
         400},
        {"an empty coding", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n", 400},
        {"chunked with a vertical tab",
         "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n", 400},
        {"a folded coding",
         "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 400},
        {"chunked in HTTP/1.0",
         "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {"a folded header", "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", 400},
        {"a fold before the first header", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
        {"a blank before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
        {"a blank within a name", "GET / HTTP/1.1\r\nHost: a\r\nContent Length: 1\r\n\r\n", 400},
        {"a header without a colon", "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n", 400},
        {"a header without a name", "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", 400},
        {"a zero byte in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"s, 400},
        {"a zero byte in a name", "GET / HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n"s, 400},
        {"a bell in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\ab\r\n\r\n", 400},
        {"DEL in a long value",
         "GET / HTTP/1.1\r\nHost: a\r\nX: 0123456789\x7F"
         "0123456789\r\n\r\n",
         400},
        {"a bare CR in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400},
        {"bare LF", "GET / HTTP/1.1\nHost: a\n\n", 400},
        {"one bare LF", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400},
        {"bare LF at the end", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
        {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
        {"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
        {"a Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        {"a Host with a user", "GET / HTTP/1.1\r\nHost: user@a\r\n\r\n", 400},
        {"a Host with a blank", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        {"a Host with a port of letters", "GET / HTTP/1.1\r\nHost: a:http\r\n\r\n", 400},
        {"two Hosts in one", "GET / HTTP/1.1\r\nHost: a, b:1:2\r\n\r\n", 400},
        {"a method of brackets", "G[T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"no method", " / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"an empty target", "GET  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"two blanks", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"a blank in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"a fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"raw UTF-8 in the target", "GET /\xC3\xA4 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"a zero byte in the target", "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n"s, 400},
        {"a target that is neither path nor URL", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"another scheme", "GET ftp://a/b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"an URL with a user", "GET http://u@a/b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"an URL without a host", "GET http:///b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"a star for GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"a tunnel", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {"no version", "GET /\r\nHost: a\r\n\r\n", 400},
        {"a small version", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
        {"a long version", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400},
        {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
        {"a TLS hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, 400},
        {"nothing but lines", "\r\n\r\n\r\n\r\n\r\n\r\n", 400},
        {"an unknown expectation",
         "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\nContent-Length: 1\r\n\r\nx", 417},
        {"a chunk size of letters", chunked("xyz\r\n"), 400},
        {"a chunk size with a sign", chunked("-1\r\n"), 400},
        {"a chunk size with 0x", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 400},
        {"an empty chunk size", chunked("\r\nhello\r\n0\r\n\r\n"), 400},
        {"a chunk size beyond 64 bits", chunked("10000000000000000\r\nx"), 400},
        {"a chunk that goes on behind its size", chunked("3\r\nhello\r\n0\r\n\r\n"), 400},
        {"a chunk with a bare LF behind its size", chunked("5\nhello\r\n0\r\n\r\n"), 400},
        {"a chunk with a bare LF behind its data", chunked("5\r\nhello\n0\r\n\r\n"), 400},
        {"a trailer with a blank before the colon", chunked("0\r\nX : y\r\n\r\n"), 400},
        {"a body longer than its route takes",
         "POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world", 413},
        {"chunks longer than their route takes", chunked("6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n", "/small"),
         413},
        {"a target of 9 kB", "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
        {"an endless target", "GET /" + std::string(9000, 'a'), 414},
        {"a header of 17 kB", "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(17'000, 'a') + "\r\n\r\n",
         431},
        {"an endless header", "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(17'000, 'a'), 431},
        {"a hundred and one headers",
         [] {
             std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\n";
             for (int i = 0; i < 100; ++i) bytes += "X: y\r\n";
             return bytes + "\r\n";
         }(),
         431},
    };
    return all;
}

}  // namespace

TEST_CASE("what is refused gets its status, a problem, and a close") {
    Server server;
    for (const auto& refusal : refusals()) {
        INFO(refusal.what);
        auto client = server.connect();
        // What would be smuggled: a second request behind the first.
        client.send(refusal.bytes + get("/"));
        const auto answer = client.answer();
        CHECK(answer.status == refusal.status);
        CHECK(answer.header("connection") == "close");
        CHECK(answer.header("content-type") == "application/problem+json");
        CHECK(client.rest().empty());
    }
}

TEST_CASE("a refusal is the same wherever its bytes are cut in two") {
    Server server;
    for (const auto& refusal : refusals()) {
        if (refusal.bytes.size() > 1000) continue;
        INFO(refusal.what);
        for (std::size_t cut = 1; cut < refusal.bytes.size(); ++cut) {
            INFO("cut behind byte " << cut);
            auto client = server.connect();
            client.send(refusal.bytes.substr(0, cut));
            server.settle();
            client.send(refusal.bytes.substr(cut));
            const auto answer = client.answer();
            REQUIRE(answer.status == refusal.status);
            REQUIRE(client.rest().empty());
        }
    }
}

TEST_CASE("the scanner says the same byte by byte as all at once") {
    const WireSettings settings;
    for (const auto& refusal : refusals()) {
        INFO(refusal.what);
        HeadScanner whole(settings);
        const auto verdict = whole.scan(refusal.bytes);
        HeadScanner slow(settings);
        auto found = HeadScanner::Verdict::more;
        for (std::size_t length = 1; length <= refusal.bytes.size() && found == HeadScanner::Verdict::more;
             ++length) {
            found = slow.scan(std::string_view(refusal.bytes).substr(0, length));
        }
        CHECK(found == verdict);
        CHECK(slow.status() == whole.status());
    }
}

TEST_CASE("a request that is unusual but right is served") {
    Server server;
    const auto bytes = GENERATE(
        as<std::string>(), "GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
        "GET / HTTP/1.1\r\nhOsT:a.example:1\r\n\r\n", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /?a=%20&b=[1] HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://other/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET HTTP://other HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://other?x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX:\r\nY: \t padded \t \r\nZ: \xC3\xA4\r\n\r\n",
        "M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
        "CHUNKED\r\n\r\n5;name=value\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n00005\r\nhello\r\n000\r\n\r\n");
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
        INFO("cut behind byte " << cut);
        auto client = server.connect();
        client.send(bytes.substr(0, cut));
        server.settle();
        client.send(bytes.substr(cut));
        const auto answer = client.answer();
        REQUIRE(answer.status == 200);
        REQUIRE(answer.body == "hello");
        client.send(get("/"));
        REQUIRE(client.answer().body == "hello");
    }
}

TEST_CASE("chunks are the same byte by byte as all at once") {
    using mortise::http::ChunkDecoder;
    const auto [bytes, state, text] = GENERATE(table<std::string, ChunkDecoder::State, std::string>({
        {"0\r\n\r\n", ChunkDecoder::State::end, ""},
        {"0\r\nX: y\r\n\r\nrest", ChunkDecoder::State::end, ""},
        {"5\r\nhello\r\n06;a=\"b\"\r\n world\r\n000\r\n\r\n", ChunkDecoder::State::end, "hello world"},
        {"A\r\n0123456789\r\n", ChunkDecoder::State::more, "0123456789"},
        {"ffffffffffffffff\r\nabc", ChunkDecoder::State::more, "abc"},
        {"5 \r\nhello\r\n0\r\n\r\n", ChunkDecoder::State::broken, ""},
        {"5\r\r\nhello", ChunkDecoder::State::broken, ""},
        {"0\r\nX y\r\n\r\n", ChunkDecoder::State::broken, ""},
        {"0\r\n\n", ChunkDecoder::State::broken, ""},
    }));
    ChunkDecoder whole;
    std::string body;
    std::size_t used = 0;
    CHECK(whole.decode(bytes, body, used) == state);
    CHECK(body == text);
    ChunkDecoder slow;
    std::string slow_body;
    auto found = ChunkDecoder::State::more;
    std::size_t taken = 0;
    for (std::size_t end = 1; end <= bytes.size() && found == ChunkDecoder::State::more; ++end) {
        found = slow.decode(std::string_view(bytes).substr(taken, end - taken), slow_body, used);
        taken += used;
    }
    CHECK(found == state);
    CHECK(slow_body == text);
}
