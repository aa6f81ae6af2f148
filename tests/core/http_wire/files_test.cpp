// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "http/file_body.h"
#include "wire_fixture.h"

using namespace mortise;
using http::ByteRange;
using http::RangeAnswer;

namespace {

class TestFile {
public:
    explicit TestFile(std::string_view content)
        : path_(std::filesystem::temp_directory_path() /
                ("mortise-file-body-" + std::to_string(::getpid()))) {
        std::ofstream(path_, std::ios::binary) << content;
    }
    ~TestFile() { std::filesystem::remove(path_); }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

void serve(Server& server, const std::filesystem::path& path) {
    server.service.on("/file", [path](const ExchangePtr& exchange) {
        exchange->respond(Response::file(path, "text/plain"));
    });
}

}  // namespace

TEST_CASE("ranges are read as RFC 9110 says") {
    const auto [header, answer, first, length] =
        GENERATE(table<std::string, RangeAnswer, std::uint64_t, std::uint64_t>({
            {"bytes=0-0", RangeAnswer::part, 0, 1},
            {"bytes=2-4", RangeAnswer::part, 2, 3},
            {"bytes=5-", RangeAnswer::part, 5, 5},
            {"bytes=5-99", RangeAnswer::part, 5, 5},
            {"bytes=-3", RangeAnswer::part, 7, 3},
            {"bytes=-99", RangeAnswer::part, 0, 10},
            {"bytes=10-", RangeAnswer::unsatisfiable, 0, 0},
            {"bytes=-0", RangeAnswer::unsatisfiable, 0, 0},
            {"bytes=4-2", RangeAnswer::whole, 0, 0},
            {"bytes=0-1,3-4", RangeAnswer::whole, 0, 0},
            {"bytes=", RangeAnswer::whole, 0, 0},
            {"bytes=-", RangeAnswer::whole, 0, 0},
            {"bytes=a-b", RangeAnswer::whole, 0, 0},
            {"bytes=18446744073709551616-", RangeAnswer::whole, 0, 0},
            {"lines=1-2", RangeAnswer::whole, 0, 0},
        }));
    INFO(header);
    ByteRange range;
    CHECK(http::read_range(header, 10, range) == answer);
    if (answer == RangeAnswer::part) {
        CHECK(range.first == first);
        CHECK(range.length == length);
    }
}

TEST_CASE("a file is served whole, by HEAD, in parts and not at all when unchanged") {
    const TestFile file("0123456789");
    Server server;
    serve(server, file.path());
    auto client = server.connect();
    client.send(get("/file"));
    const auto whole = client.answer();
    CHECK(whole.body == "0123456789");
    CHECK(whole.header("accept-ranges") == "bytes");
    CHECK(whole.header("content-type") == "text/plain");
    const auto etag = whole.header("etag");
    const auto modified = whole.header("last-modified");
    CHECK(etag.starts_with('"'));

    client.send("HEAD /file HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(client.answer(true).header("content-length") == "10");

    client.send(get("/file", "Range: bytes=2-4\r\n"));
    const auto part = client.answer();
    CHECK(part.status == 206);
    CHECK(part.body == "234");
    CHECK(part.header("content-range") == "bytes 2-4/10");

    client.send(get("/file", "Range: bytes=10-\r\n"));
    const auto beyond = client.answer();
    CHECK(beyond.status == 416);
    CHECK(beyond.header("content-range") == "bytes */10");
    CHECK(beyond.body.empty());

    for (const auto& condition : {"If-None-Match: " + etag, "If-None-Match: \"x\", W/" + etag,
                                  std::string("If-None-Match: *"), "If-Modified-Since: " + modified}) {
        INFO(condition);
        client.send(get("/file", condition + "\r\n"));
        const auto same = client.answer();
        CHECK(same.status == 304);
        CHECK(same.header("etag") == etag);
    }
    for (const auto& condition : {std::string("If-None-Match: \"x\""),
                                  std::string("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT"),
                                  std::string("If-Modified-Since: nonsense"), "If-Match: " + etag,
                                  std::string("Range: bytes=0-1\r\nIf-Range: \"x\"")}) {
        INFO(condition);
        client.send(get("/file", condition + "\r\n"));
        CHECK(client.answer().body == "0123456789");
    }
    client.send(get("/file", "If-Match: \"x\"\r\n"));
    CHECK(client.answer().status == 412);
    client.send(get("/file", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
    CHECK(client.answer().status == 412);
    client.send(get("/file", "Range: bytes=0-1\r\nIf-Range: " + etag + "\r\n"));
    CHECK(client.answer().body == "01");
}

TEST_CASE("what is no readable file is a 404, and a pipe holds nobody up") {
    Server server;
    serve(server, "/no/such/file");
    auto client = server.connect();
    client.send(get("/file"));
    CHECK(client.answer().status == 404);
    serve(server, std::filesystem::temp_directory_path());
    client.send(get("/file"));
    CHECK(client.answer().status == 404);
}

TEST_CASE("a large file and the requests behind it arrive whole and in order") {
    std::string content(30'000'000, '\0');
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 31 >> 7);
    const TestFile file(content);
    Server server;
    serve(server, file.path());
    auto client = server.connect();
    client.send(get("/file") + get("/") + get("/file", "Range: bytes=-5\r\n"));
    CHECK((client.answer().body == content));
    CHECK(client.answer().body == "hello");
    CHECK(client.answer().body == content.substr(content.size() - 5));
    CHECK(server.service.finished()[0].body_bytes == content.size());
}

TEST_CASE("an empty file is an empty answer") {
    const TestFile file("");
    Server server;
    serve(server, file.path());
    auto client = server.connect();
    client.send(get("/file") + get("/"));
    CHECK(client.answer().header("content-length") == "0");
    CHECK(client.answer().body == "hello");
}
