// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "socket/packet.h"

using namespace mortise::socket;
using mortise::Json;
using mortise::to_text;

namespace {

/// "2 /custom #12 [..] 1 attached", or "malformed".
std::string told(std::string_view text) {
    const auto packet = read_packet(text);
    if (!packet) return "malformed";
    std::string line = std::to_string(static_cast<int>(packet->type)) + " " + packet->space;
    if (packet->id) line += " #" + std::to_string(*packet->id);
    if (!packet->data.is_null()) line += " " + to_text(packet->data);
    if (packet->attachments > 0) line += " +" + std::to_string(packet->attachments);
    return line;
}

}  // namespace

TEST_CASE("packets are read as the protocol's examples show them") {
    CHECK(told("0") == "0 /");
    CHECK(told("0{\"token\":\"123\"}") == "0 / {\"token\":\"123\"}");
    CHECK(told("0/custom,") == "0 /custom");
    CHECK(told("0/custom") == "0 /custom");
    CHECK(told("0/custom,{\"token\":1}") == "0 /custom {\"token\":1}");
    CHECK(told("1") == "1 /");
    CHECK(told("1/custom,") == "1 /custom");
    CHECK(told(R"(2["message",1,"2",{"3":[true]}])") == R"(2 / ["message",1,"2",{"3":[true]}])");
    CHECK(told("2/custom,[\"hello\"]") == "2 /custom [\"hello\"]");
    CHECK(told("2/custom,456[\"hello\",\"a\"]") == "2 /custom #456 [\"hello\",\"a\"]");
    CHECK(told("212[\"hello\"]") == "2 / #12 [\"hello\"]");
    CHECK(told("2[1,\"a name may be a number\"]") == "2 / [1,\"a name may be a number\"]");
    CHECK(told("30[]") == "3 / #0 []");
    CHECK(told("3/custom,456[1]") == "3 /custom #456 [1]");
    CHECK(told("4/random,{\"message\":\"Invalid namespace\"}") ==
          "4 /random {\"message\":\"Invalid namespace\"}");
    CHECK(told("4\"Invalid namespace\"") == "4 / \"Invalid namespace\"");
    CHECK(told(R"(51-/custom,456["a",{"_placeholder":true,"num":0}])") ==
          R"(5 /custom #456 ["a",{"_placeholder":true,"num":0}] +1)");
    CHECK(told("50-[\"a\"]") == "5 / [\"a\"]");
    CHECK(told("610-1[\"a\"]") == "6 / #1 [\"a\"] +10");
}

TEST_CASE("what is no packet is malformed") {
    for (const auto* text : {"",           "abc",        "7",
                             "8[]",        "-1",         " 2[\"a\"]",
                             "2",          "2{}",        "2[]",
                             "2\"a\"",     "2null",      "2[null]",
                             "2[{}]",      "2[true]",    "2abc[\"a\"]",
                             "2[\"a\"",    "2[\"a\"]x",  "2[\"a\"]]",
                             "2/custom",   "2/custom,",  "2/custom[\"a\"]",
                             "2-1[\"a\"]", "2+1[\"a\"]", "21.5[\"a\"]",
                             "2[\"\xFF\"]"})
        CHECK(told(text) == "malformed");
}

TEST_CASE("data has the shape its type wants") {
    for (const auto* text : {"0[]", "0\"token\"",  "0null",      "01",  "01{}",  "1{}",   "1[]",
                             "11",  "1/custom,{}", "3[]",        "31",  "31{}",  "3[1]",  "4",
                             "4[]", "41{}",        "41-[\"a\"]", "51-", "51-{}", "61-[]", "61-1{}"})
        CHECK(told(text) == "malformed");
}

TEST_CASE("names a client may not send are malformed") {
    for (const auto* name :
         {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"}) {
        CHECK(told("2[\"" + std::string(name) + "\"]") == "malformed");
        CHECK(told("50-[\"" + std::string(name) + "\"]") == "malformed");
        CHECK(is_reserved_event(name));
    }
    CHECK_FALSE(is_reserved_event("Connect"));
    CHECK(told("2[\"connected\"]") == "2 / [\"connected\"]");
}

TEST_CASE("ids are counted as far as JavaScript can") {
    CHECK(told("29007199254740991[\"a\"]") == "2 / #9007199254740991 [\"a\"]");
    CHECK(told("2007[\"a\"]") == "2 / #7 [\"a\"]");
    CHECK(told("29007199254740992[\"a\"]") == "malformed");
    CHECK(told("218446744073709551617[\"a\"]") == "malformed");
    CHECK(told("2" + std::string(1000, '9') + "[\"a\"]") == "malformed");
}

TEST_CASE("attachments are announced, ten at most") {
    for (const auto* text :
         {"5[\"a\"]", "5-[\"a\"]", "51[\"a\"]", "511-[\"a\"]", "5-1-[\"a\"]", "51.0-[\"a\"]",
          "599999999999999999999-[\"a\"]", "5a-[\"a\"]", "5", "51", "21-[\"a\"]"})
        CHECK(told(text) == "malformed");
}

TEST_CASE("what is too deep or too long is malformed") {
    const auto deep = [](std::size_t depth) {
        return "2[\"a\"," + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "]";
    };
    CHECK(read_packet(deep(mortise::max_json_depth)));
    CHECK_FALSE(read_packet(deep(mortise::max_json_depth + 1)));
    CHECK_FALSE(read_packet("0/" + std::string(10'000, 'n')));
}

TEST_CASE("the query of an old client's namespace becomes data") {
    auto packet = read_packet("0/admin?token=a%20b&x=1,");
    REQUIRE(packet);
    move_query_to_data(*packet);
    CHECK(packet->space == "/admin");
    CHECK(to_text(packet->data) == R"({"token":"a b","x":"1"})");

    packet = read_packet("0/admin,");
    move_query_to_data(*packet);
    CHECK(packet->space == "/admin");
    CHECK(packet->data.is_null());

    packet = read_packet("0/admin?bad=%FF&good=1,");
    move_query_to_data(*packet);
    CHECK(to_text(packet->data) == R"({"good":"1"})");
}

TEST_CASE("packets are written byte for byte as the reference does") {
    CHECK(write_packet(PacketType::connect, "/", {}, R"({"sid":"x"})") == R"(0{"sid":"x"})");
    CHECK(write_packet(PacketType::connect, "/custom", {}, R"({"sid":"x"})") == R"(0/custom,{"sid":"x"})");
    CHECK(write_packet(PacketType::connect, "/", {}, "") == "0");
    CHECK(write_packet(PacketType::disconnect, "/custom", {}, "") == "1/custom,");
    CHECK(write_packet(PacketType::event, "/", {}, R"(["auth",{}])") == R"(2["auth",{}])");
    CHECK(write_packet(PacketType::ack, "/", 456, R"([1,"2",{"3":[false]}])") ==
          R"(3456[1,"2",{"3":[false]}])");
    CHECK(write_packet(PacketType::connect_error, "/random", {}, R"({"message":"Invalid namespace"})") ==
          R"(4/random,{"message":"Invalid namespace"})");
    CHECK(write_packet(PacketType::binary_event, "/", {}, R"(["m",{"_placeholder":true,"num":0}])", 1) ==
          R"(51-["m",{"_placeholder":true,"num":0}])");
    CHECK(write_packet(PacketType::binary_ack, "/custom", 789, "[]", 2) == "62-/custom,789[]");
    std::string out = "4";
    append_packet(out, PacketType::event, "/", max_packet_id, "[\"a\"]");
    CHECK(out == "429007199254740991[\"a\"]");
}
