// SPDX-License-Identifier: Apache-2.0
#include "observe/log_format.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <mortise/json.h>
#include <mortise/text.h>

using namespace mortise;
using namespace mortise::observe;

namespace {

const Time noon = *parse_rfc3339("2030-01-02T12:03:04.005Z");

LogRecord record_of(std::string_view text, std::span<const LogField> fields = {}) {
    LogRecord record;
    record.part = "chat";
    record.text = text;
    record.fields = fields;
    return record;
}

std::string line_of(LineStyle style, const LogRecord& record) {
    std::string line;
    append_line(line, style, noon, record);
    return line;
}

Json parsed(const LogRecord& record) {
    return parse_json(line_of(LineStyle::json, record));
}

bool has_control_character(std::string_view line) {
    if (line.empty() || line.back() != '\n') return true;
    line.remove_suffix(1);
    for (std::size_t place = 0; place < line.size(); ++place) {
        const auto byte = static_cast<unsigned char>(line[place]);
        if (byte < 0x20 || byte == 0x7F) return true;
        if (byte == 0xC2 && place + 1 < line.size() && static_cast<unsigned char>(line[place + 1]) < 0xA0)
            return true;
    }
    return false;
}

}  // namespace

TEST_CASE("a JSON line tells time, level, part, message and every field in its own type") {
    const std::string owned = "b";
    const std::vector<LogField> fields{
        {"text", "a"}, {"whole", -3}, {"big", std::uint64_t{18446744073709551615U}},
        {"real", 1.5}, {"yes", true}, {"owned", owned}};
    CHECK(line_of(LineStyle::json, record_of("stored", fields)) ==
          R"({"time":"2030-01-02T12:03:04.005Z","level":"info","part":"chat","message":"stored",)"
          R"("text":"a","whole":-3,"big":18446744073709551615,"real":1.5,"yes":true,"owned":"b"})"
          "\n");
}

TEST_CASE("request id and user id come from the scope, and from a field before that") {
    LogRecord record = record_of("stored");
    record.request_id = "r1";
    record.user_id = "u1";
    CHECK(parsed(record).at("request_id") == "r1");
    CHECK(parsed(record).at("user_id") == "u1");

    const LogField own("user_id", "u2");
    record.fields = {&own, 1};
    CHECK(line_of(LineStyle::json, record).find("u1") == std::string::npos);
    CHECK(parsed(record).at("user_id") == "u2");
}

TEST_CASE("a field never replaces what the line says by itself") {
    const std::vector<LogField> fields{{"level", "error"}, {"message", "forged"}};
    const Json line = parsed(record_of("true", fields));
    CHECK(line.at("level") == "info");
    CHECK(line.at("message") == "true");
    CHECK(line.at("level_") == "error");
}

TEST_CASE("a line break in a value can't forge a line, an escape sequence can't reach the terminal") {
    const std::string evil =
        "x\r\n{\"level\":\"error\"}\x1b[2J\x7f\xC2\x9B"
        "31m\t\"quoted\"\\";
    const LogField field("name", evil);
    for (const auto style : {LineStyle::json, LineStyle::text}) {
        const std::string line = line_of(style, record_of(evil, {&field, 1}));
        CAPTURE(line);
        CHECK_FALSE(has_control_character(line));
        CHECK(std::ranges::count(line, '\n') == 1);
    }
    CHECK(parsed(record_of(evil, {&field, 1})).at("name").as_string() == evil);
}

TEST_CASE("whatever the bytes, a line is valid UTF-8 and valid JSON") {
    std::minstd_rand random(7);  // NOLINT: the same bytes in every run
    for (int round = 0; round < 3000; ++round) {
        std::string bytes(random() % 24, '\0');
        for (char& byte : bytes) byte = static_cast<char>(random() % 256);
        const std::vector<LogField> fields{{bytes, bytes}, {"real", std::nan("")}, {"far", HUGE_VAL}};
        const std::string json = line_of(LineStyle::json, record_of(bytes, fields));
        const std::string text = line_of(LineStyle::text, record_of(bytes, fields));
        REQUIRE(is_utf8(json));
        REQUIRE(is_utf8(text));
        REQUIRE_FALSE(has_control_character(json));
        REQUIRE_FALSE(has_control_character(text));
        REQUIRE(parse_json(json).at("real").is_null());
    }
}

TEST_CASE("well-formed text of every length stays as it is") {
    const std::string text = "\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80 \xED\x9F\xBF";
    CHECK(parsed(record_of(text)).at("message").as_string() == text);
}

TEST_CASE("a text beyond 8 KiB is cut between two characters") {
    std::string text = "a";
    while (text.size() < 20000) text += "\xE2\x82\xAC";
    const std::string line = line_of(LineStyle::json, record_of(text));
    CHECK(line.size() < 8400);
    CHECK(is_utf8(line));
    CHECK(parse_json(line).at("message").as_string().ends_with("..."));
}

TEST_CASE("text lines quote what would be misread") {
    const std::vector<LogField> fields{{"bare", "a/b"}, {"spaced", "a b"}, {"empty", ""}, {"equals", "a=b"}};
    CHECK(
        line_of(LineStyle::text, record_of("stored", fields)) ==
        "2030-01-02T12:03:04.005Z info  chat     stored bare=a/b spaced=\"a b\" empty=\"\" equals=\"a=b\"\n");
}

TEST_CASE("colours appear in the coloured style only") {
    CHECK(line_of(LineStyle::coloured_text, record_of("x")).find('\x1b') != std::string::npos);
    CHECK(line_of(LineStyle::text, record_of("x")).find('\x1b') == std::string::npos);
}

TEST_CASE("the access line carries what one asks of a request") {
    const AccessRecord record{.method = "GET",
                              .route = "/tasks/{id}",
                              .path = "/tasks/7",
                              .status = 200,
                              .bytes = 512,
                              .microseconds = 84,
                              .request_id = "r1",
                              .user_id = {},
                              .client = "203.0.113.9"};
    std::string line;
    append_line(line, LineStyle::json, noon, record);
    CHECK(line == R"({"time":"2030-01-02T12:03:04.005Z","level":"info","part":"access","message":"answered",)"
                  R"("method":"GET","path":"/tasks/7","route":"/tasks/{id}","status":200,"bytes":512,)"
                  R"("microseconds":84,"request_id":"r1","client":"203.0.113.9"})"
                  "\n");
}

TEST_CASE("times before 1970 and in leap years are written right") {
    for (const char* text : {"1969-12-31T23:59:59.999Z", "2028-02-29T00:00:00.000Z"}) {
        std::string line;
        append_line(line, LineStyle::text, *parse_rfc3339(text), record_of("x"));
        CHECK(line.starts_with(text));
    }
}
