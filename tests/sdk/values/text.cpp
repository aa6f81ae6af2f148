// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/text.h>
#include <mortise/time.h>

using namespace mortise;

TEST_CASE("only the capitals of ASCII become small") {
    CHECK(to_lower("@AZ[az`\xC3\x84") == "@az[az`\xC3\x84");
    static_assert(to_lower('Q') == 'q');
}

TEST_CASE("percent escapes are undone only when they are whole") {
    CHECK(percent_decode("a%20b%C3%A9%2f") == "a b\xC3\xA9/");
    CHECK(percent_decode("%00") == std::string(1, '\0'));
    for (const std::string_view bad : {"%", "%4", "%4g", "%g4", "a%"}) CHECK(!percent_decode(bad));
    CHECK(percent_encode("a b/\xC3\xA9~") == "a%20b%2F%C3%A9~");
}

TEST_CASE("a form keeps the order, and a broken escape stays as it was sent") {
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    CHECK(parse_form("a=1&b=x+y&&c&a=%zz&=v") ==
          Pairs{{"a", "1"}, {"b", "x y"}, {"c", ""}, {"a", "%zz"}, {"", "v"}});
    CHECK(parse_form("").empty());
}

TEST_CASE("only well-formed UTF-8 is UTF-8") {
    for (const std::string_view good :
         {"", "a", "\xC2\x80", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"})
        CHECK(is_utf8(good));
    for (const std::string_view bad :
         {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "a\xFF"})
        CHECK(!is_utf8(bad));
    CHECK(count_characters("a\xC3\xA9\xF0\x9F\x98\x80") == 3);
}

TEST_CASE("JSON media types are known by their name or by +json") {
    for (const std::string_view good :
         {"application/json", "Application/JSON; charset=utf-8", "application/problem+json"})
        CHECK(is_json_media_type(good));
    for (const std::string_view bad :
         {"", "text/json", "application/jsonx", "application/x-www-form-urlencoded", "+json"})
        CHECK(!is_json_media_type(bad));
}

TEST_CASE("times are read with any offset and written in UTC") {
    const auto again = [](std::string_view text) {
        const auto time = parse_rfc3339(text);
        return time ? to_rfc3339(*time) : "none";
    };
    CHECK(again("2026-11-21T16:45:43.12Z") == "2026-11-21T16:45:43.120Z");
    CHECK(again("2026-11-21t16:45:43+05:30") == "2026-11-21T11:15:43.000Z");
    CHECK(again("2026-12-31T23:59:60Z") == "2027-01-01T00:00:00.000Z");
    CHECK(again("2024-02-29T00:00:00.999999999-01:00") == "2024-02-29T01:00:00.999Z");
    CHECK(again("1969-12-31T23:59:59.999Z") == "1969-12-31T23:59:59.999Z");
    for (const std::string_view bad :
         {"", "2026-11-21", "2026-11-21T16:45Z", "2026-11-21 16:45:43Z", "2026-13-01T00:00:00Z",
          "2025-02-29T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T16:60:00Z", "2026-11-21T16:45:61Z",
          "2026-11-21T16:45:43", "2026-11-21T16:45:43.Z", "2026-11-21T16:45:43+0530", "2026-11-21T16:45:43Zx",
          "+2026-11-21T16:45:43Z", "2026-11-21T16:45:43.1234567890Z"})
        CHECK(again(bad) == "none");
}
