// SPDX-License-Identifier: Apache-2.0
// In the order of the Autobahn test suite: 1 framing, 2 pings, 3 reserved bits, 4 opcodes, 5 fragmentation, 6
// UTF-8, 7 closing, 9 limits.
#include <catch2/catch.hpp>

#include <malloc.h>

#include "client_frames.h"

using namespace client_frames;
using mortise::socket::max_control_payload;

TEST_CASE("a message of every length arrives as it was sent, whole or in pieces") {
    for (const std::size_t length : {0u, 1u, 3u, 7u, 16u, 125u, 126u, 127u, 128u, 65'535u, 65'536u}) {
        const std::string payload(length, '*');
        for (const std::size_t piece : {std::size_t{0}, std::size_t{1}, std::size_t{997}}) {
            CHECK(events_of(text(payload), piece) == std::vector<Seen>{{Kind::text, payload}});
            CHECK(events_of(frame(Opcode::binary, payload), piece) ==
                  std::vector<Seen>{{Kind::binary, payload}});
        }
    }
}

TEST_CASE("bytes of every value and place are unmasked right") {
    std::string payload;
    for (int byte = 0; byte < 256; ++byte) payload += static_cast<char>(byte);
    for (std::size_t length = 0; length <= payload.size(); ++length)
        CHECK(events_of(frame(Opcode::binary, payload.substr(0, length)), 5) ==
              std::vector<Seen>{{Kind::binary, payload.substr(0, length)}});
}

TEST_CASE("messages that came together are taken one by one") {
    CHECK(events_of(text("one") + text("two") + ping("three")) ==
          std::vector<Seen>{{Kind::text, "one"}, {Kind::text, "two"}, {Kind::ping, "three"}});
}

TEST_CASE("a message that lies in one piece is not copied") {
    std::string bytes = text("in place");
    std::span<char> rest(bytes);
    WebSocketReader reader(100);
    const auto event = reader.next(rest);
    CHECK(event.payload == "in place");
    CHECK(event.payload.data() == bytes.data() + 6);
    CHECK(rest.empty());
}

TEST_CASE("pings and pongs carry up to 125 bytes, and no more") {
    const std::string most(max_control_payload, '\xfe');
    CHECK(events_of(ping()) == std::vector<Seen>{{Kind::ping, ""}});
    CHECK(events_of(ping(most), 1) == std::vector<Seen>{{Kind::ping, most}});
    CHECK(events_of(frame(Opcode::pong, most)) == std::vector<Seen>{{Kind::pong, most}});
    CHECK(fault_of(ping(most + "x")) == 1002);
    CHECK(fault_of(frame(Opcode::close, std::string(126, '\0'))) == 1002);
}

TEST_CASE("a frame with a reserved bit is refused") {
    for (const int bits : {0x10, 0x20, 0x30, 0x40, 0x70})
        for (const auto opcode : {Opcode::text, Opcode::binary, Opcode::ping, Opcode::close}) {
            std::string bytes = frame(opcode, "");
            bytes[0] = static_cast<char>(bytes[0] | bits);
            CHECK(fault_of(bytes) == 1002);
        }
}

TEST_CASE("an opcode nobody knows is refused") {
    for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
        CHECK(fault_of(frame(static_cast<Opcode>(opcode), "x")) == 1002);
}

TEST_CASE("what came before a fault still counts, what comes after is passed over") {
    WebSocketReader reader(100);
    const auto seen = events_of(reader, text("good") + frame(static_cast<Opcode>(3), "") + text("late"));
    REQUIRE(seen.size() == 2);
    CHECK(seen[0] == Seen{Kind::text, "good"});
    CHECK(seen[1].kind == Kind::fault);
    CHECK(events_of(reader, text("later")).empty());
    CHECK_FALSE(reader.holds_bytes());
}

TEST_CASE("a frame without a mask is refused") {
    CHECK(fault_of(frame(Opcode::text, "plain", {.is_masked = false})) == 1002);
    CHECK(fault_of(frame(Opcode::ping, "", {.is_masked = false})) == 1002);
}

TEST_CASE("a length has to be in its shortest form") {
    CHECK(fault_of({'\x82', '\xfe', '\x00', '\x7d'}) == 1002);
    CHECK(fault_of(std::string("\x82\xff\x00\x00\x00\x00\x00\x00\xff\xff", 10)) == 1002);
    CHECK(fault_of(std::string("\x82\xff\x80\x00\x00\x00\x00\x00\x00\x00", 10)) == 1002);
}

TEST_CASE("fragments are put together, with control frames answered in between") {
    const std::vector<Seen> expected{
        {Kind::ping, "first"}, {Kind::pong, "second"}, {Kind::text, "fragment1fragment2"}};
    const std::string bytes = first("fragment1") + ping("first") + more("") + frame(Opcode::pong, "second") +
                              more("fragment") + last("2");
    for (const std::size_t piece : {0u, 1u, 2u, 3u, 7u, 16u}) CHECK(events_of(bytes, piece) == expected);
}

TEST_CASE("empty fragments make an empty message") {
    CHECK(events_of(first("") + more("") + last("")) == std::vector<Seen>{{Kind::text, ""}});
    CHECK(events_of(first("") + ping("in between") + last("end"), 1) ==
          std::vector<Seen>{{Kind::ping, "in between"}, {Kind::text, "end"}});
}

TEST_CASE("fragments out of order are refused") {
    CHECK(fault_of(last("nothing before")) == 1002);
    CHECK(fault_of(more("nothing before")) == 1002);
    CHECK(fault_of(first("open") + text("another")) == 1002);
    CHECK(fault_of(first("open") + frame(Opcode::binary, "another")) == 1002);
    CHECK(fault_of(frame(Opcode::ping, "", {.is_final = false})) == 1002);
    CHECK(fault_of(frame(Opcode::close, "", {.is_final = false})) == 1002);
}

TEST_CASE("text is UTF-8, wherever it is cut") {
    const std::string words =
        "Hello-\xC2\xB5@\xC3\x9F\xC3\xB6\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBF-UTF-8!!";
    for (std::size_t cut = 0; cut <= words.size(); ++cut) {
        const auto bytes = first(words.substr(0, cut)) + last(words.substr(cut));
        CHECK(events_of(bytes) == std::vector<Seen>{{Kind::text, words}});
        CHECK(events_of(bytes, 1) == std::vector<Seen>{{Kind::text, words}});
    }
}

TEST_CASE("text that is no UTF-8 is refused") {
    const std::string_view broken =
        GENERATE(as<std::string_view>{}, "\x80", "\xBF", "\xC0\xAF", "\xC1\xBF", "\xC3\x28", "\xE0\x80\xAF",
                 "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF", "\xE2\x82\x28", "\xF0\x80\x80\xAF",
                 "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80", "\xFE",
                 "\xFF", "\xCE\xBA\xE1\xBD\xB9\xED\xA0\x80");
    const std::string bytes = "a long enough run of ASCII " + std::string(broken) + " and after";
    CHECK(fault_of(text(bytes)) == 1007);
    CHECK(fault_of(first(bytes.substr(0, 28)) + last(bytes.substr(28))) == 1007);
    CHECK(events_of(frame(Opcode::binary, bytes)) == std::vector<Seen>{{Kind::binary, bytes}});
}

TEST_CASE("text that ends within a character is refused") {
    for (const std::string_view half : {"\xC3", "\xE2\x82", "\xF0\x9F\x98"}) {
        CHECK(fault_of(text(half)) == 1007);
        CHECK(fault_of(first(half) + last("")) == 1007);
    }
}

TEST_CASE("a wrong byte is refused at once, before its frame is whole") {
    const std::string whole = text("good \xED\xA0\x80 " + std::string(1000, 'x'));
    const std::string until_wrong = whole.substr(0, 4 + 4 + 5 + 2);
    WebSocketReader reader(10'000);
    CHECK(events_of(reader, until_wrong.substr(0, until_wrong.size() - 1)).empty());
    const auto seen = events_of(reader, until_wrong.substr(until_wrong.size() - 1));
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].code == 1007);
}

TEST_CASE("a close tells its code and reason") {
    CHECK(events_of(frame(Opcode::close, "")) == std::vector<Seen>{{Kind::close, "", 1005}});
    CHECK(events_of(closing(1000), 1) == std::vector<Seen>{{Kind::close, "", 1000}});
    const std::string longest(123, 'r');
    CHECK(events_of(closing(1001, longest), 3) == std::vector<Seen>{{Kind::close, longest, 1001}});
}

TEST_CASE("nothing is read after a close") {
    WebSocketReader reader(100);
    CHECK(events_of(reader, first("never ended") + closing(1000, "bye") + ping("late")) ==
          std::vector<Seen>{{Kind::close, "bye", 1000}});
    CHECK(events_of(reader, text("later")).empty());
    CHECK_FALSE(reader.holds_bytes());
}

TEST_CASE("a close that is malformed is refused") {
    CHECK(fault_of(frame(Opcode::close, "x")) == 1002);
    CHECK(fault_of(closing(1000, "\xCE\xBA\xED\xA0\x80")) == 1007);
    CHECK(fault_of(closing(1000, "half \xE2\x82")) == 1007);
}

TEST_CASE("only codes a client may send close a connection") {
    for (const int code :
         {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999})
        CHECK(events_of(closing(code)) ==
              std::vector<Seen>{{Kind::close, "", static_cast<std::uint16_t>(code)}});
    for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
        CHECK(fault_of(closing(code)) == 1002);
}

TEST_CASE("a message over the limit is refused by its head, before it is sent") {
    CHECK(events_of(text("12345"), 0, 5) == std::vector<Seen>{{Kind::text, "12345"}});
    const std::vector<Seen> refused{{Kind::fault, "message is too big", 1009}};
    CHECK(events_of(text("123456").substr(0, 2), 0, 5) == refused);
    CHECK(events_of(first("123") + frame(Opcode::continuation, "456").substr(0, 2), 1, 5) == refused);
    CHECK(events_of(std::string("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff", 10), 1, 5) == refused);
    CHECK(events_of(first("12345") + ping("control frames do not count") + last(""), 0, 5).size() == 2);
}

TEST_CASE("65,536 fragments make a message of 16 MiB") {
    constexpr std::size_t fragments = 65'536;
    const std::string part(256, 'm');
    std::string bytes = first(part);
    for (std::size_t count = 2; count < fragments; ++count) bytes += more(part);
    bytes += last(part);
    for (const std::size_t piece : {std::size_t{0}, std::size_t{65'536}}) {
        const auto seen = events_of(bytes, piece, fragments * part.size());
        REQUIRE(seen.size() == 1);
        CHECK(seen[0].kind == Kind::text);
        CHECK(seen[0].payload == std::string(fragments * part.size(), 'm'));
    }
}

TEST_CASE("a reader tells whether it is in the middle of something") {
    WebSocketReader reader(100);
    const std::string bytes = first("a") + ping("b") + last("c");
    CHECK_FALSE(reader.holds_bytes());
    for (std::size_t place = 0; place + 1 < bytes.size(); ++place) {
        events_of(reader, bytes.substr(place, 1));
        CHECK(reader.holds_bytes());
    }
    events_of(reader, bytes.substr(bytes.size() - 1));
    CHECK_FALSE(reader.holds_bytes());
}

TEST_CASE("a reader gives a message's memory back once it was read") {
    constexpr std::size_t clients = 100;
    const std::string bytes = text(std::string(10'000, 'm'));
    std::vector<WebSocketReader> readers;
    for (std::size_t count = 0; count < clients; ++count) readers.emplace_back(1'000'000);
    const std::size_t before = ::mallinfo2().uordblks;
    for (auto& reader : readers) events_of(reader, bytes.substr(0, 9'000));
    const std::size_t during = ::mallinfo2().uordblks;
    for (auto& reader : readers) CHECK(events_of(reader, bytes.substr(9'000)).size() == 1);
    CHECK(::mallinfo2().uordblks < before + clients * 100);
    CHECK((during == 0 || during > before + clients * 9'000));  // ASan's heap tells nothing
}

TEST_CASE("a reader is small: ten thousand idle clients hold one each") {
    CHECK(sizeof(WebSocketReader) <= 64);
}
