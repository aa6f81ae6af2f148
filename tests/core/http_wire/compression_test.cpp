// SPDX-License-Identifier: Apache-2.0
#include "http/compression.h"

#include <zlib.h>

#include <catch2/catch.hpp>

#include "wire_fixture.h"

using namespace mortise;

namespace {

std::string unzip(const std::string& bytes) {
    z_stream stream{};
    REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
    std::string out(10'000'000, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int end = inflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return end == Z_STREAM_END ? out : "not gzip";
}

std::string json_of_size(std::size_t size) {
    std::string text;
    for (int i = 0; text.size() < size; ++i)
        text += R"({"id":)" + std::to_string(i) + R"(,"title":"a task"},)";
    text.resize(size);
    return text;
}

}  // namespace

TEST_CASE("Accept-Encoding is read with its weights") {
    const auto [header, accepted] = GENERATE(table<std::string, bool>({
        {"gzip", true},
        {"deflate, gzip;q=1.0, *;q=0.5", true},
        {"x-gzip", true},
        {"GZIP ; q=0.1", true},
        {"*", true},
        {"br, *;q=0.1", true},
        {"", false},
        {"identity", false},
        {"gzip;q=0", false},
        {"gzip;q=0.000, *", false},
        {"*;q=0", false},
        {"br", false},
        {"gzipped", false},
        {"gzip;q=nonsense", false},
    }));
    INFO(header);
    CHECK(http::accepts_gzip(header) == accepted);
}

TEST_CASE("text shrinks, pictures do not") {
    CHECK(http::is_compressible("application/json"));
    CHECK(http::is_compressible("text/html; charset=utf-8"));
    CHECK(http::is_compressible("application/problem+json"));
    CHECK(http::is_compressible("image/svg+xml"));
    CHECK_FALSE(http::is_compressible("image/png"));
    CHECK_FALSE(http::is_compressible("application/octet-stream"));
    CHECK_FALSE(http::is_compressible(""));
}

TEST_CASE("what does not become smaller stays as it is") {
    CHECK_FALSE(http::gzip(""));
    std::string noise(5000, '\0');
    unsigned state = 1;
    for (auto& byte : noise) byte = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    CHECK_FALSE(http::gzip(noise));
    const auto text = json_of_size(100'000);
    const auto small = http::gzip(text);
    REQUIRE(small);
    CHECK(small->size() < text.size() / 5);
    CHECK(unzip(*small) == text);
}

TEST_CASE(
    "large text is compressed for who accepts it, inline, on a worker, and off the loop when it is big") {
    Server server;
    const std::size_t size = GENERATE(1024U, 20'000U, 500'000U);
    const auto text = json_of_size(size);
    const auto answer_with = [text](const ExchangePtr& exchange) {
        auto response = Response::json_text(text);
        response.set_header("ETag", "\"v1\"");
        exchange->respond(std::move(response));
    };
    server.service.on("/inline", answer_with);
    server.service.on(
        "/pool", [&](const ExchangePtr& exchange) { server.service.run([=] { answer_with(exchange); }); });
    server.service.on("/shared", [text](const ExchangePtr& exchange) {
        exchange->respond(Response::shared("application/json", SharedText(text)));
    });
    auto client = server.connect();
    for (const auto* path : {"/inline", "/pool", "/shared"}) {
        INFO(path);
        client.send(get(path, "Accept-Encoding: gzip\r\n"));
        const auto answer = client.answer();
        CHECK(answer.header("content-encoding") == "gzip");
        CHECK(answer.header("vary") == "Accept-Encoding");
        CHECK((unzip(answer.body) == text));
        if (path != std::string("/shared")) CHECK(answer.header("etag") == "\"v1-gzip\"");
        client.send(get(path));
        const auto plain = client.answer();
        CHECK(plain.header("content-encoding").empty());
        CHECK(plain.header("vary") == "Accept-Encoding");
        CHECK((plain.body == text));
        if (path != std::string("/shared")) CHECK(plain.header("etag") == "\"v1\"");
        client.send(get(path, "Accept-Encoding: gzip\r\nX-No-Compression: 1\r\n"));
        CHECK(client.answer().header("content-encoding").empty());
    }
}

TEST_CASE("without a free worker a big inline body goes out as it is") {
    Server server;
    server.service.has_workers = false;
    const auto text = json_of_size(200'000);
    server.service.on("/inline",
                      [text](const ExchangePtr& exchange) { exchange->respond(Response::json_text(text)); });
    auto client = server.connect();
    client.send(get("/inline", "Accept-Encoding: gzip\r\n"));
    const auto answer = client.answer();
    CHECK(answer.header("content-encoding").empty());
    CHECK((answer.body == text));
}

TEST_CASE("short bodies, encoded ones, and those that forbid it are left alone") {
    Server server;
    server.service.on("/short", [](const ExchangePtr& exchange) {
        exchange->respond(Response::json_text(std::string(1023, ' ')));
    });
    server.service.on("/coded", [](const ExchangePtr& exchange) {
        auto response = Response::json_text(json_of_size(5000));
        response.set_header("Content-Encoding", "br");
        exchange->respond(std::move(response));
    });
    server.service.on("/forbidden", [](const ExchangePtr& exchange) {
        auto response = Response::json_text(json_of_size(5000));
        response.set_header("Cache-Control", "no-store, no-transform");
        exchange->respond(std::move(response));
    });
    server.service.on("/picture", [](const ExchangePtr& exchange) {
        exchange->respond(Response::bytes("image/png", json_of_size(5000)));
    });
    auto client = server.connect();
    for (const auto* path : {"/short", "/coded", "/forbidden", "/picture"}) {
        INFO(path);
        client.send(get(path, "Accept-Encoding: gzip\r\n"));
        const auto answer = client.answer();
        CHECK(answer.header("content-encoding") != "gzip");
        CHECK(answer.header("vary").empty());
    }
}
