// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "socket/engine_packet.h"

using namespace mortise::socket;
using namespace std::string_literals;

namespace {

constexpr auto v3 = EngineVersion::v3;
constexpr auto v4 = EngineVersion::v4;
constexpr std::size_t plenty = 100;

struct Taken {
    bool is_whole;  // nothing malformed in it
    std::string packets;
    bool operator==(const Taken&) const = default;
    friend std::ostream& operator<<(std::ostream& out, const Taken& taken) {
        return out << (taken.is_whole ? "whole: " : "malformed: ") << taken.packets;
    }
};

std::string told(const EnginePacket& packet) {
    return std::to_string(static_cast<int>(packet.type)) + (packet.is_binary ? "b" : "") + "(" +
           std::string(packet.data) + ")";
}

Taken payload(EngineVersion version, std::string_view bytes, bool is_octet_stream = false,
              std::size_t most = plenty) {
    Taken taken;
    std::string scratch;
    taken.is_whole = read_engine_payload(version, is_octet_stream, bytes, scratch, most,
                                         [&](const EnginePacket& packet) { taken.packets += told(packet); });
    return taken;
}

std::string packet_in(EngineVersion version, std::string_view bytes, bool is_binary = false) {
    std::string scratch;
    const auto packet = read_engine_frame(version, is_binary, bytes, scratch);
    return packet ? told(*packet) : "malformed";
}

}  // namespace

TEST_CASE("every type of packet is read from a frame") {
    for (const auto version : {v3, v4}) {
        CHECK(packet_in(version, "0{\"sid\":1}") == "0({\"sid\":1})");
        CHECK(packet_in(version, "1") == "1()");
        CHECK(packet_in(version, "2probe") == "2(probe)");
        CHECK(packet_in(version, "3probe") == "3(probe)");
        CHECK(packet_in(version, "4hello \xE2\x82\xAC") == "4(hello \xE2\x82\xAC)");
        CHECK(packet_in(version, "5") == "5()");
        CHECK(packet_in(version, "6") == "6()");
    }
}

TEST_CASE("a frame without a known type is malformed") {
    for (const auto version : {v3, v4})
        for (const auto bytes : {"", "7", "abc", " 4", "/", ":", "\xFF"})
            CHECK(packet_in(version, bytes) == "malformed");
}

TEST_CASE("bytes come as they are in version 4, after their type in version 3") {
    CHECK(packet_in(v4, "\x01\x02", true) == "4b(\x01\x02)");
    CHECK(packet_in(v4, "", true) == "4b()");
    CHECK(packet_in(v3, "\x04\x01\x02", true) == "4b(\x01\x02)");
    CHECK(packet_in(v3, "", true) == "malformed");
    CHECK(packet_in(v3, "4hello", true) == "malformed");
    CHECK(packet_in(v4, "bAQID") == "4b(\x01\x02\x03)");
    CHECK(packet_in(v3, "b4AQID") == "4b(\x01\x02\x03)");
    CHECK(packet_in(v4, "b") == "4b()");
    CHECK(packet_in(v3, "b") == "malformed");
    CHECK(packet_in(v4, "bAQI") == "malformed");
    CHECK(packet_in(v3, "b9AQID") == "malformed");
}

TEST_CASE("a payload of version 4 is cut at its separators") {
    CHECK(payload(v4, "4hello") == Taken{true, "4(hello)"});
    CHECK(payload(v4,
                  "4test1\x1e"
                  "4test2\x1e"
                  "4test3") == Taken{true, "4(test1)4(test2)4(test3)"});
    CHECK(payload(v4,
                  "4hello\x1e"
                  "bAQIDBA==") == Taken{true, "4(hello)4b(\x01\x02\x03\x04)"});
}

TEST_CASE("a malformed payload of version 4 is refused, what came before is taken") {
    for (const auto bytes : {"", "abc", "\x1e", "\xFF", "4\xFF", "4\xED\xA0\x80"}) {
        CHECK(payload(v4, bytes) == Taken{false, ""});
    }
    CHECK(payload(v4, "4a\x1e") == Taken{false, "4(a)"});
    CHECK(payload(v4,
                  "4a\x1e\x1e"
                  "4b") == Taken{false, "4(a)"});
    CHECK(payload(v4,
                  "4a\x1e"
                  "bAQ=") == Taken{false, "4(a)"});
    CHECK(payload(v4, "\x00\x01\xff"s + "1", true) == Taken{false, ""});
}

TEST_CASE("a payload of version 3 counts its packets' lengths as JavaScript does") {
    CHECK(payload(v3, "6:4hello") == Taken{true, "4(hello)"});
    CHECK(payload(v3, "6:4hello2:4\xE2\x82\xAC" + "3:4\xF0\x9F\x98\x80"s + "1:1") ==
          Taken{true, "4(hello)4(\xE2\x82\xAC)4(\xF0\x9F\x98\x80)1()"});
    CHECK(payload(v3, "10:b4AQIDBA==") == Taken{true, "4b(\x01\x02\x03\x04)"});
    CHECK(payload(v3, "03:4:::") == Taken{false, "4(::)"});
}

TEST_CASE("a malformed payload of version 3 is refused") {
    for (const auto bytes :
         {"", "4hello", ":4", "7:4hello", "0:", "-1:4", "1", "1:", "+1:4", " 1:4", "1 :4", "1:7",
          "99999999999:4", "18446744073709551617:4", "2:4\xF0\x9F\x98\x80", "2:4\xFF"})
        CHECK(payload(v3, bytes) == Taken{false, ""});
    CHECK(payload(v3, "2:4a1") == Taken{false, "4(a)"});
    CHECK(payload(v3, "2:4a2:4") == Taken{false, "4(a)"});
}

TEST_CASE("the binary form of version 3 counts bytes") {
    const std::string text = "\x00\x04\xff"s + "4\xE2\x82\xAC";
    const std::string bytes = "\x01\x01\x02\xff\x04"s + std::string(11, '\xFE');
    CHECK(payload(v3, text + bytes, true) ==
          Taken{true, "4(\xE2\x82\xAC)4b(" + std::string(11, '\xFE') + ")"});
}

TEST_CASE("a malformed binary form is refused") {
    for (const auto& bytes :
         {""s, "\x00"s, "\x00\x01"s, "\x00\x01\xff"s, "\x00\xff"s, "\x02\x01\xff"s + "1",
          "\x00\x0a\xff"s + "4123456789", "\x00\x02\xff"s + "1", "\x01\x00\xff"s, "\x00\x02\xff"s + "4\xFF",
          "6:4hello"s, "\x00\x09\x09\x09\x09\x09\x09\x09\x09\x09\x09\x09\xff"s + "4"})
        CHECK(payload(v3, bytes, true) == Taken{false, ""});
}

TEST_CASE("a payload with too many packets is refused") {
    CHECK(payload(v4,
                  "2\x1e"
                  "2\x1e"
                  "2",
                  false, 3) == Taken{true, "2()2()2()"});
    CHECK(payload(v4,
                  "2\x1e"
                  "2\x1e"
                  "2",
                  false, 2) == Taken{false, "2()2()"});
}

TEST_CASE("packets are written as frames") {
    const EnginePacket text{EnginePacketType::message, false, "hello"};
    const EnginePacket bytes{EnginePacketType::message, true, "\x01\x02\x03"};
    const auto written = [](EngineVersion version, const EnginePacket& packet, bool as_base64 = false) {
        std::string out;
        append_engine_frame(version, out, packet, as_base64);
        return out;
    };
    CHECK(written(v4, text) == "4hello");
    CHECK(written(v3, text, true) == "4hello");
    CHECK(written(v4, {EnginePacketType::ping, false, ""}) == "2");
    CHECK(written(v4, bytes) == "\x01\x02\x03");
    CHECK(written(v3, bytes) == "\x04\x01\x02\x03");
    CHECK(written(v4, bytes, true) == "bAQID");
    CHECK(written(v3, bytes, true) == "b4AQID");
}

TEST_CASE("packets are joined for a poll, and can be read again") {
    const EnginePacket packets[] = {{EnginePacketType::message, false, "a\xF0\x9F\x98\x80"},
                                    {EnginePacketType::noop, false, ""},
                                    {EnginePacketType::message, true, "\x01\x02\x03\x04"},
                                    {EnginePacketType::message, true, ""}};
    std::string out3;
    std::string out4;
    std::string all;
    for (const auto& packet : packets) {
        append_engine_payload(v3, out3, packet);
        append_engine_payload(v4, out4, packet);
        all += told(packet);
    }
    CHECK(out3 ==
          "4:4a\xF0\x9F\x98\x80"
          "1:6"
          "10:b4AQIDBA=="
          "2:b4");
    CHECK(out4 ==
          "4a\xF0\x9F\x98\x80\x1e"
          "6\x1e"
          "bAQIDBA==\x1e"
          "b");
    CHECK(payload(v3, out3) == Taken{true, all});
    CHECK(payload(v4, out4) == Taken{true, all});
}
