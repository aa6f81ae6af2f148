// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "socket/web_socket_writer.h"

using namespace mortise::socket;
using namespace std::string_literals;

namespace {

std::string closed_with(std::uint16_t code, std::string_view reason) {
    std::string out;
    append_close(out, code, reason);
    return out;
}

std::string head_of(Opcode opcode, std::size_t length, bool is_compressed = false) {
    char head[max_frame_head];
    return std::string(head, write_frame_head(head, opcode, length, is_compressed));
}

}  // namespace

TEST_CASE("a frame's head tells opcode and length in the shortest form") {
    CHECK(head_of(Opcode::text, 0) == "\x81\x00"s);
    CHECK(head_of(Opcode::binary, 125) == "\x82\x7d"s);
    CHECK(head_of(Opcode::binary, 126) == "\x82\x7e\x00\x7e"s);
    CHECK(head_of(Opcode::text, 65'535) == "\x81\x7e\xff\xff"s);
    CHECK(head_of(Opcode::text, 65'536) == "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"s);
    CHECK(head_of(Opcode::text, 5, true) == "\xc1\x05"s);
}

TEST_CASE("frames are appended") {
    std::string out = "before";
    append_frame(out, Opcode::text, "Hello");
    append_frame(out, Opcode::pong, "");
    CHECK(out == "before\x81\x05Hello\x8a\x00"s);
}

TEST_CASE("a close carries its code and reason, or nothing") {
    CHECK(closed_with(1000, "bye") == "\x88\x05\x03\xe8"s + "bye");
    CHECK(closed_with(1009, "") == "\x88\x02\x03\xf1"s);
    CHECK(closed_with(1005, "") == "\x88\x00"s);
}

TEST_CASE("a reason that is too long is cut before a character") {
    CHECK(closed_with(1000, std::string(200, 'r')) == "\x88\x7d\x03\xe8"s + std::string(123, 'r'));
    const std::string reason = std::string(121, 'r') + "\xE2\x82\xAC";
    CHECK(closed_with(1000, reason) == "\x88\x7b\x03\xe8"s + std::string(121, 'r'));
}
