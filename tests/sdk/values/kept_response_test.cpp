// SPDX-License-Identifier: Apache-2.0
#include <mortise/kept_response.h>

#include <catch2/catch.hpp>

#include <stdexcept>

using namespace mortise;

TEST_CASE("a response that was written down is read as it was, with what its keeper says of it") {
    Response response = Response::bytes("application/octet-stream", std::string("a\nb\0\xFF", 5), 201);
    response.add_header("Vary", "Accept");
    response.add_header("Vary", "\"Origin\"");
    const KeptResponse kept = read_kept(write_kept({{"made", 7}}, &response));
    CHECK(kept.about.at("made") == 7);
    REQUIRE(kept.response);
    CHECK(kept.response->status() == 201);
    CHECK(kept.response->headers() == response.headers());
    CHECK(kept.response->body_text() == response.body_text());
}

TEST_CASE("what is kept may have no response yet, and a response no body") {
    CHECK_FALSE(read_kept(write_kept({{"made", 7}}, nullptr)).response);
    const Response empty = Response::empty();
    const KeptResponse kept = read_kept(write_kept({}, &empty));
    REQUIRE(kept.response);
    CHECK(kept.response->status() == 204);
    CHECK(kept.response->body_text().empty());
}

TEST_CASE("what was written otherwise is no kept response") {
    for (const char* text : {"", "x", "[]", R"({"status":"x"})", R"({"status":200})",
                             R"({"status":200,"headers":[["a\n","b"]]})"})
        CHECK_THROWS_AS(read_kept(text), std::runtime_error);
}
