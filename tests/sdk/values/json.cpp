// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <limits>

#include <catch2/catch.hpp>

#include <mortise/error.h>
#include <mortise/json.h>
#include <mortise/write_json.h>

using namespace mortise;

namespace {

std::string again(std::string_view text) {
    return to_text(parse_json(text));
}

std::string why_refused(std::string_view text) {
    try {
        parse_json(text);
        return "taken";
    } catch (const Error& error) {
        CHECK(error.code() == Code::malformed);
        CHECK(error.name() == "malformed_json");
        return error.public_text();
    }
}

struct Sample {
    std::string name;
    std::optional<int> weight;
    std::vector<bool> flags;
    std::map<std::string, double> shares;
};
BOOST_DESCRIBE_STRUCT(Sample, (), (name, weight, flags, shares))

}  // namespace

TEST_CASE("JSON comes out as it went in, with the shortest numbers") {
    CHECK(again(R"( {"a":[1,-2,1.5,1e3,true,null,"x"],"b":{},"c":[]} )") ==
          R"({"a":[1,-2,1.5,1000,true,null,"x"],"b":{},"c":[]})");
    CHECK(again("18446744073709551615") == "18446744073709551615");
    CHECK(again("-9223372036854775808") == "-9223372036854775808");
    CHECK(again("0.1") == "0.1");
    CHECK(again("1e-400") == "0");
    CHECK(again("-0.0") == "-0");
    CHECK(again("1.7976931348623157e308") == "1.7976931348623157e+308");
    CHECK(again(R"({"a":1,"a":2})") == R"({"a":2})");
    CHECK(again("7\n") == "7");
    CHECK(again("\t\"x\" \r\n") == "\"x\"");
}

TEST_CASE("a number goes out as the double it came in as") {
    for (const char* text :
         {"0.12345678901234567", "52.520006599999998", "-123456789.123456789", "2.2250738585072011e-308",
          "9007199254740993.0", "0.1e1", "1E+2", "[-1.5E-3,7]", "123456789012345678901234567890"}) {
        const Json value = parse_json(text);
        const double read = value.is_array() ? value.at(0).get_double() : value.get_double();
        CHECK(read == std::strtod(text + (value.is_array() ? 1 : 0), nullptr));
        CHECK(to_text(parse_json(to_text(value))) == to_text(value));
    }
}

TEST_CASE("what is no JSON is refused, with its place") {
    for (const std::string_view bad : {"",
                                       " ",
                                       "{",
                                       "[1,]",
                                       "{\"a\":1,}",
                                       "nul",
                                       "01",
                                       "1.",
                                       ".5",
                                       "+1",
                                       "'x'",
                                       "{a:1}",
                                       "\"\\x\"",
                                       "\"\t\"",
                                       "1 2",
                                       "{} x",
                                       "NaN",
                                       "Infinity",
                                       "1e400",
                                       "\"\xFF\"",
                                       "\"\xC0\xAF\"",
                                       "\"\xED\xA0\x80\"",
                                       "/* */ 1",
                                       "// x\n1",
                                       "\"\\ud800\"",
                                       "[1] ]"})
        CHECK(why_refused(bad) != "taken");
    CHECK(why_refused("{\"a\":nope}").find("at byte 5") != std::string::npos);
    CHECK(why_refused("[1] x") == "Not valid JSON at byte 4.");
}

TEST_CASE("JSON nested too deep is refused") {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(again(nested(max_json_depth)) == nested(max_json_depth));
    CHECK(why_refused(nested(max_json_depth + 1)) != "taken");
    CHECK(why_refused(std::string(1'000'000, '[')) != "taken");
}

TEST_CASE("no NaN, no infinity and no broken text goes out") {
    CHECK(to_text(Json(std::numeric_limits<double>::quiet_NaN())) == "null");
    CHECK(to_text(Json(-std::numeric_limits<double>::infinity())) == "null");
    std::string text;
    append_json_string(text, "a\"\\\n\x01\x7F/\xC3\xA9");
    CHECK(text == "\"a\\\"\\\\\\n\\u0001\x7F/\xC3\xA9\"");
    text.clear();
    append_json_string(text, "a\xFFz");
    CHECK(text == "\"a\xEF\xBF\xBDz\"");
}

TEST_CASE("a described struct goes out in camelCase, in its own order") {
    CHECK(to_json_text(Sample{"x", std::nullopt, {true, false}, {{"a", 0.5}}}) ==
          R"({"name":"x","weight":null,"flags":[true,false],"shares":{"a":0.5}})");
}
