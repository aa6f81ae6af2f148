// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "socket/frame.h"

using namespace mortise;
using namespace mortise::socket;
using namespace std::string_literals;

namespace {

SharedBytes bytes(std::string_view text) {
    return std::make_shared<const Bytes>(text.begin(), text.end());
}

std::string payload(const Frame& frame, EngineVersion version) {
    std::string out;
    frame.append_payload(version, out);
    return out;
}

}  // namespace

TEST_CASE("a frame is one text and its attachments, for WebSockets and for polls of both versions") {
    const Frame frame("51-[\"x\"]", {bytes("\x01\x02")});
    CHECK(frame.has_attachments());
    CHECK(frame.wire() ==
          "\x81\x09"
          "451-[\"x\"]"
          "\x82\x02\x01\x02"s);
    CHECK(frame.size() == frame.wire().size());
    std::string v3;
    frame.append_wire(EngineVersion::v3, v3);
    CHECK(v3 ==
          "\x81\x09"
          "451-[\"x\"]"
          "\x82\x03\x04\x01\x02"s);
    CHECK(payload(frame, EngineVersion::v4) ==
          "451-[\"x\"]\x1e"
          "bAQI=");
    CHECK(payload(frame, EngineVersion::v3) == "9:451-[\"x\"]6:b4AQI=");
}

TEST_CASE("a binary message alone has no text around it") {
    const auto frame = Frame::binary("\x07");
    CHECK(frame->wire() == "\x82\x01\x07");
    CHECK(payload(*frame, EngineVersion::v4) == "bBw==");
}

TEST_CASE("an event is told with its offset to those who may come back, made once; others are not") {
    const auto event = Frame::event("2[\"x\"]", {});
    const auto again = event->recallable();
    REQUIRE(again);
    CHECK(again->offset() > 0);
    CHECK(event->recallable() == again);
    CHECK(event->offset() == 0);
    CHECK(payload(*again, EngineVersion::v4) == "42[\"x\",\"" + std::to_string(again->offset()) + "\"]");
    CHECK(Frame::event("2[\"y\"]", {})->recallable()->offset() > again->offset());
    CHECK(Frame("3[]").recallable() == nullptr);
}
