// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <regex>

#include "config/formats.h"
#include "config/nearest.h"
#include "config/patterns.h"
#include "config/scalars.h"

using namespace std::chrono_literals;
using namespace mortise::config;

TEST_CASE("durations are a whole number and one unit") {
    CHECK(parse_duration("500ms") == 500ms);
    CHECK(parse_duration("30s") == 30s);
    CHECK(parse_duration("15m") == 15min);
    CHECK(parse_duration("1h") == 1h);
    CHECK(parse_duration("7d") == 168h);
    CHECK(parse_duration("0s") == 0ms);
    CHECK(parse_duration("3650d") == max_duration);
    for (const char* wrong : {"", "s", "5", "1.5s", "-1s", "+1s", "5 s", "05s", "5S", "1h30m", "3651d",
                              "99999999999999999999s", "5ss"})
        CHECK_FALSE(parse_duration(wrong));
}

TEST_CASE("sizes are a whole number and one unit, of thousands or of 1024s") {
    CHECK(parse_size("512B") == 512);
    CHECK(parse_size("1kB") == 1000);
    CHECK(parse_size("1KB") == 1000);
    CHECK(parse_size("1KiB") == 1024);
    CHECK(parse_size("500MB") == 500'000'000);
    CHECK(parse_size("1MiB") == 1'048'576);
    CHECK(parse_size("8192TiB") == max_size);
    for (const char* wrong :
         {"", "5", "MiB", "1.5MiB", "-1B", "8193TiB", "1mib", "01B", "99999999999999999999B"})
        CHECK_FALSE(parse_size(wrong));
}

TEST_CASE("durations and sizes are written with their largest unit and read back the same") {
    CHECK(to_text(90s) == "90s");
    CHECK(to_text(60s) == "1m");
    CHECK(to_text(0ms) == "0s");
    CHECK(size_to_text(1'048'576) == "1MiB");
    CHECK(size_to_text(1'000'000) == "1MB");
    CHECK(size_to_text(0) == "0B");
    for (const std::int64_t count : {1LL, 999LL, 1000LL, 61'000LL, 86'400'000LL, 315'360'000'000LL})
        CHECK(parse_duration(to_text(std::chrono::milliseconds(count)))->count() == count);
    for (const std::uint64_t bytes : {1ULL, 1000ULL, 1024ULL, 1'000'001ULL, 3ULL << 40U})
        CHECK(parse_size(size_to_text(bytes)) == bytes);
}

TEST_CASE("whole numbers are decimal, without a leading zero, and exact in JSON") {
    CHECK(parse_integer("0") == 0);
    CHECK(parse_integer("-7") == -7);
    CHECK(parse_integer("9007199254740991") == max_integer);
    for (const char* wrong : {"", "-", "010", "0x10", "+5", "1e3", "5.0", "1_000", " 5", "9007199254740992"})
        CHECK_FALSE(parse_integer(wrong));
    CHECK(parse_number("1.5") == 1.5);
    CHECK(parse_number("-2e3") == -2000);
    for (const char* wrong : {"", ".", "e5", ".inf", ".nan", "1e999", "1.5x"})
        CHECK_FALSE(parse_number(wrong));
}

TEST_CASE("plain scalars mean what YAML 1.2 says") {
    CHECK(plain_kind("~") == PlainKind::null);
    CHECK(plain_kind("True") == PlainKind::flag);
    CHECK(plain_kind("0o17") == PlainKind::integer);
    CHECK(plain_kind("0x1F") == PlainKind::integer);
    CHECK(plain_kind("010") == PlainKind::integer);
    CHECK(plain_kind("-.inf") == PlainKind::number);
    CHECK(plain_kind("1.") == PlainKind::number);
    for (const char* text : {"yes", "off", "1.2.3", "127.0.0.1:80", "1:30", "-", ".", "0x", "e5", "1e"})
        CHECK(plain_kind(text) == PlainKind::text);
}

TEST_CASE("the nearest name is found for a slip, and none for another word") {
    const std::vector<std::string_view> names{"max_body", "max_header", "listen", "tls"};
    CHECK(nearest("max_boddy", names) == "max_body");
    CHECK(nearest("lisetn", names) == "listen");
    CHECK(nearest("tsl", names) == "tls");
    CHECK(nearest("colour", names).empty());
    CHECK(nearest("", names).empty());
    CHECK(nearest(std::string(10'000, 'x'), names).empty());
    CHECK(suggestion("colour", names) == "allowed: max_body, max_header, listen, tls");
}

TEST_CASE("the pattern of a range takes its numbers and no other") {
    const std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges{
        {0, 0},   {0, 9},    {0, 255},  {1, 10},     {7, 7},    {8, 123},
        {10, 19}, {95, 105}, {99, 100}, {100, 1000}, {17, 1234}};
    for (const auto& [least, most] : ranges) {
        const std::regex pattern("(?:" + pattern_of_range(least, most) + ")");
        CAPTURE(least, most, pattern_of_range(least, most));
        for (std::uint64_t number = 0; number <= 1400; ++number)
            if (std::regex_match(std::to_string(number), pattern) != (number >= least && number <= most))
                FAIL("wrong about " << number);
        CHECK_FALSE(std::regex_match("0" + std::to_string(most), pattern));
    }
}

TEST_CASE("the pattern of a duration takes its range in every unit") {
    const std::regex pattern("(?:" + pattern_of_measures(duration_units(), 1500, 3'600'000) + ")");
    for (const char* right : {"1500ms", "2s", "3600s", "60m", "1h", "3600000ms"})
        CHECK(std::regex_match(right, pattern));
    for (const char* wrong : {"1499ms", "1s", "3601s", "61m", "2h", "1d", "0s", "3600001ms", "02s"})
        CHECK_FALSE(std::regex_match(wrong, pattern));
}

TEST_CASE("a format and its pattern take the same texts") {
    struct Sample {
        Format format;
        std::vector<const char*> right, wrong;
    };
    const std::vector<Sample> samples{
        {Format::identifier, {"a", "send_message", "x-1"}, {"", "A", "1a", "a b", "_a"}},
        {Format::path, {"a", "/x y"}, {""}},
        {Format::url,
         {"a:b", "https://x/y?z", "postgresql://u:p@h/d"},
         {"", "a", "a:", ":b", "A:b", "a:b c", "1:b"}},
        {Format::origin,
         {"https://a.b", "http://localhost:3000", "http://[::1]:80"},
         {"", "a.b", "https://a.b/", "ftp://a", "https://", "https://a:65536", "https://a:b", "null", "*"}},
        {Format::http_path, {"/", "/api/v1"}, {"", "a", "/a b", "/a?b", "/a#b", "/\xC3\xA9"}},
        {Format::address,
         {"127.0.0.1:8080", "[::1]:0", "localhost:80", "a-b.c:65535"},
         {"", ":80", "127.0.0.1", "127.0.0.1:", "1.2.3:80", "256.1.1.1:1", "::1:80", "[1.2.3.4]:1", "a:65536",
          "a:080", "a_b:1", "-a:1", "a.:1"}},
        {Format::version,
         {"1.0.0", "2.0.0-beta.1", "1.2.3+5"},
         {"", "1.0", "1.0.0.0", "1.0.0-", "v1.0.0", "1..0"}},
        {Format::network,
         {"10.0.0.0/8", "127.0.0.1", "::1", "::", "fe80::/10", "1:2:3:4:5:6:7:8",
          "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::8/128"},
         {"", "10.0.0.0/33", "10.0.0/8", "01.2.3.4", "::1/129", "1::2::3", "1:2:3:4:5:6:7:8:9",
          "::ffff:1.2.3.4", "12345::", "fe80::1%eth0", "10.0.0.0/", "10.0.0.0/08", "1:2:3:4:5:6:7",
          "1:2:3:4:5:6:7::8:9"}},
    };
    for (const Sample& sample : samples) {
        const std::regex pattern("(?:" + pattern_of(sample.format) + ")");
        for (const char* text : sample.right) {
            CAPTURE(text);
            CHECK(matches(sample.format, text));
            CHECK(std::regex_match(text, pattern));
        }
        for (const char* text : sample.wrong) {
            CAPTURE(text);
            CHECK_FALSE(matches(sample.format, text));
            CHECK_FALSE(std::regex_match(text, pattern));
        }
    }
}

TEST_CASE("passwords in URLs are masked wherever they stand") {
    CHECK(without_password("postgresql://app:s3cret@db/x") == "postgresql://app:***@db/x");
    CHECK(without_password("postgresql://app:s3/c@r:et@db/x") == "postgresql://app:***@db/x");
    CHECK(without_password("redis://:s3cret@db") == "redis://:***@db");
    CHECK(without_password("postgresql://db/x?user=a&password=s3cret&b=c") ==
          "postgresql://db/x?user=a&password=***&b=c");
    CHECK(without_password("postgresql://app@db:5432/x") == "postgresql://app@db:5432/x");
    CHECK(without_password("sqlite:data/mortise.db") == "sqlite:data/mortise.db");
}
