// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "client_frames.h"
#include "socket/permessage_deflate.h"

using namespace client_frames;
using mortise::socket::DeflateParameters;
using mortise::socket::WebSocketDeflater;
using mortise::socket::WebSocketInflater;
using Result = WebSocketInflater::Result;
using namespace std::string_literals;

namespace {

const std::string hello = "\xf2\x48\xcd\xc9\xc9\x07\x00"s;  // RFC 7692 section 7.2.3.1

std::string compressed(std::string_view plain, int window_bits = 15) {
    WebSocketDeflater deflater;
    std::string out;
    REQUIRE(deflater.deflate(plain, {window_bits}, out));
    return out;
}

std::string frame_of(std::string_view payload) {
    return frame(Opcode::text, payload, {.is_compressed = true});
}

}  // namespace

TEST_CASE("the RFC's examples are inflated") {
    const std::string payload = GENERATE(
        as<std::string>{}, hello, "\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s,
        "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s, "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s);
    WebSocketInflater inflater;
    std::string out;
    CHECK(inflater.inflate(payload, 100, out) == Result::whole);
    CHECK(out == "Hello");
}

TEST_CASE("what the deflater made comes out again, whatever the window") {
    WebSocketDeflater deflater;
    WebSocketInflater inflater;
    for (const int window_bits : {15, 9, 10, 15}) {
        std::string plain;
        for (int line = 0; line < 20'000; ++line) plain += std::to_string(line * 7919) + " ";
        std::string small = "before";
        REQUIRE(deflater.deflate(plain, {window_bits}, small));
        CHECK(small.size() < plain.size());
        std::string out;
        CHECK(inflater.inflate(std::string_view(small).substr(6), plain.size(), out) == Result::whole);
        CHECK(out == plain);
    }
}

TEST_CASE("what does not become smaller is left alone") {
    WebSocketDeflater deflater;
    std::string out = "before";
    for (const std::string_view plain : {"", "a", "abcd", "0123456789abcdef"})
        CHECK_FALSE(deflater.deflate(plain, {}, out));
    std::string noise;
    for (unsigned value = 1; noise.size() < 100'000; value = value * 1'664'525 + 1'013'904'223)
        noise += static_cast<char>(value >> 24);
    CHECK_FALSE(deflater.deflate(noise, {}, out));
    CHECK(out == "before");
}

TEST_CASE("a bomb is stopped at the limit") {
    const std::string bomb = compressed(std::string(10'000'000, '\0'));
    CHECK(bomb.size() < 12'000);
    WebSocketInflater inflater;
    std::string out;
    CHECK(inflater.inflate(bomb, 100'000, out) == Result::too_big);
    CHECK(out.size() <= 100'000);
    CHECK(inflater.inflate(hello, 5, out = "") == Result::whole);
    CHECK(inflater.inflate(hello, 4, out = "") == Result::too_big);
}

TEST_CASE("what is broken or cut short is refused") {
    WebSocketInflater inflater;
    std::string out;
    CHECK(inflater.inflate("\xff\xff\xff\xff", 100, out) == Result::broken);
    CHECK(inflater.inflate("\x00\x05\x00\xfa\xff\x48"s, 100, out) == Result::broken);
    const std::string whole = compressed(std::string(1000, 'x') + "some more words, and then some");
    CHECK(inflater.inflate(whole.substr(0, whole.size() / 2), 10'000, out) == Result::broken);
    CHECK(inflater.inflate(hello, 100, out = "") == Result::whole);
    CHECK(out == "Hello");
}

TEST_CASE("a compressed message is read, in fragments and in pieces") {
    WebSocketInflater inflater;
    const std::string words = "the same words, the same words, the same words \xE2\x82\xAC";
    const std::string payload = compressed(words);
    const std::string bytes =
        frame_of(payload) + text("plain") +
        frame(Opcode::text, payload.substr(0, 5), {.is_final = false, .is_compressed = true}) + ping("p") +
        last(payload.substr(5)) + frame_of("");
    for (const std::size_t piece : {0u, 1u, 7u}) {
        WebSocketReader reader(1000, &inflater);
        CHECK(events_of(reader, bytes, piece) == std::vector<Seen>{{Kind::text, words},
                                                                   {Kind::text, "plain"},
                                                                   {Kind::ping, "p"},
                                                                   {Kind::text, words},
                                                                   {Kind::text, ""}});
        CHECK_FALSE(reader.holds_bytes());
    }
}

TEST_CASE("a compressed message that is too big, broken or no text is refused") {
    WebSocketInflater inflater;
    const auto code_of = [&](const std::string& bytes) {
        WebSocketReader reader(1000, &inflater);
        const auto seen = events_of(reader, bytes);
        return seen.size() == 1 && seen[0].kind == Kind::fault ? seen[0].code : 0;
    };
    CHECK(code_of(frame_of(compressed(std::string(1001, 'x')))) == 1009);
    CHECK(code_of(frame_of(compressed(std::string(1000, 'x')))) == 0);
    CHECK(code_of(frame_of("\xff\xff")) == 1007);
    CHECK(code_of(frame_of(compressed(std::string(100, '\xFF')))) == 1007);
    CHECK(code_of(frame_of(compressed(std::string(100, 'x') + "\xE2\x82"))) == 1007);
}

TEST_CASE("only the first frame of a message may be marked as compressed") {
    WebSocketInflater inflater;
    const FrameForm marked{.is_compressed = true};
    for (const auto& bytes : {frame(Opcode::ping, "", marked), frame(Opcode::close, "", marked),
                              first("a") + frame(Opcode::continuation, "b", marked)}) {
        WebSocketReader reader(1000, &inflater);
        const auto seen = events_of(reader, bytes);
        REQUIRE(seen.size() == 1);
        CHECK(seen[0].code == 1002);
    }
}
