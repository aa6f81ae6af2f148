// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "socket/packet_assembler.h"

using namespace mortise::socket;

namespace {

std::string text_of(const std::shared_ptr<const mortise::Bytes>& bytes) {
    return {bytes->begin(), bytes->end()};
}

}  // namespace

TEST_CASE("a packet without attachments is whole at once") {
    PacketAssembler assembler;
    const auto outcome = assembler.take_text("2[\"a\"]");
    CHECK(outcome.kind == PacketAssembler::Kind::packet);
    CHECK(outcome.packet.type == PacketType::event);
    CHECK(outcome.attachments.empty());
    CHECK_FALSE(assembler.is_pending());
}

TEST_CASE("a packet with attachments is whole with the last of them, in their order") {
    PacketAssembler assembler;
    CHECK(
        assembler
            .take_text(
                R"(52-/custom,7["m",{"_placeholder":true,"num":1},{"deep":[{"_placeholder":true,"num":0}]}])")
            .kind == PacketAssembler::Kind::more);
    CHECK(assembler.is_pending());
    CHECK(assembler.take_bytes("first").kind == PacketAssembler::Kind::more);
    const auto outcome = assembler.take_bytes(std::string_view("\0\xFF", 2));
    REQUIRE(outcome.kind == PacketAssembler::Kind::packet);
    CHECK_FALSE(assembler.is_pending());
    CHECK(outcome.packet.type == PacketType::event);
    CHECK(outcome.packet.space == "/custom");
    CHECK(outcome.packet.id == 7);
    REQUIRE(outcome.attachments.size() == 2);
    CHECK(text_of(outcome.attachments[0]) == "first");
    CHECK(text_of(outcome.attachments[1]) == std::string("\0\xFF", 2));
    CHECK(assembler.take_text("2[\"next\"]").kind == PacketAssembler::Kind::packet);
}

TEST_CASE("an acknowledgement may have attachments too, or none of those it announces") {
    PacketAssembler assembler;
    CHECK(assembler.take_text(R"(61-3[{"_placeholder":true,"num":0}])").kind == PacketAssembler::Kind::more);
    CHECK(assembler.take_bytes("").packet.type == PacketType::ack);
    const auto outcome = assembler.take_text("50-[\"none\"]");
    CHECK(outcome.kind == PacketAssembler::Kind::packet);
    CHECK(outcome.packet.type == PacketType::event);
    CHECK(assembler.take_text("51-[\"unused\"]").kind == PacketAssembler::Kind::more);
    CHECK(assembler.take_bytes("bytes").kind == PacketAssembler::Kind::packet);
}

TEST_CASE("messages out of order are a fault") {
    PacketAssembler assembler;
    CHECK(assembler.take_bytes("nobody announced it").kind == PacketAssembler::Kind::fault);
    CHECK(assembler.take_text("abc").kind == PacketAssembler::Kind::fault);
    CHECK(assembler.take_text(R"(51-["m",{"_placeholder":true,"num":0}])").kind ==
          PacketAssembler::Kind::more);
    CHECK(assembler.take_text("2[\"too early\"]").kind == PacketAssembler::Kind::fault);
}

TEST_CASE("a placeholder has to count an attachment") {
    for (const auto* number : {"1", "-1", "0.5", "\"0\"", "null", "18446744073709551615"}) {
        PacketAssembler assembler;
        const auto text = R"(51-["m",{"a":[{"_placeholder":true,"num":)" + std::string(number) + "}]}]";
        CHECK(assembler.take_text(text).kind == PacketAssembler::Kind::fault);
        CHECK_FALSE(assembler.is_pending());
    }
    PacketAssembler assembler;
    CHECK(assembler.take_text(R"(51-["m",{"_placeholder":true}])").kind == PacketAssembler::Kind::fault);
    CHECK(assembler.take_text(R"(50-["m",{"_placeholder":true,"num":0}])").kind ==
          PacketAssembler::Kind::fault);
}

TEST_CASE("what only looks like a placeholder is data") {
    for (const auto* text :
         {R"(2["m",{"_placeholder":true,"num":5}])", R"(50-["m",{"_placeholder":false,"num":5}])",
          R"(50-["m",{"_placeholder":1,"num":5}])", R"(50-["m",{"num":5}])"})
        CHECK(PacketAssembler().take_text(text).kind == PacketAssembler::Kind::packet);
}
