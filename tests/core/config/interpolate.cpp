// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "config/interpolate.h"
#include "core/config/world.h"

using namespace mortise::config;
using Lines = std::vector<std::string>;

namespace {

struct Result {
    std::string text;
    Lines complaints;
};

Result interpolated(std::string_view text) {
    World world;
    world.variables = {{"NAME", "value"}, {"EMPTY", ""}, {"TRICK", "${NAME}: [x]"}};
    world.files = {{"/run/secret", "s3cret\n"}, {"/run/binary", "\xff"}};
    const Environment environment = world.environment();
    Result result;
    result.text =
        interpolate(text, environment, [&](std::string what) { result.complaints.push_back(what); });
    return result;
}

}  // namespace

TEST_CASE("variables, defaults and files are put in") {
    CHECK(interpolated("a ${NAME} b").text == "a value b");
    CHECK(interpolated("${NAME}${NAME}").text == "valuevalue");
    CHECK(interpolated("${UNSET:-other}").text == "other");
    CHECK(interpolated("${UNSET:-}").text.empty());
    CHECK(interpolated("${EMPTY:-other}").text == "other");
    CHECK(interpolated("${EMPTY}").text.empty());
    CHECK(interpolated("${NAME:-other}").text == "value");
    CHECK(interpolated("${file:/run/secret}").text == "s3cret");
}

TEST_CASE("an escaped interpolation is text, and a lone dollar too") {
    CHECK(interpolated("$${NAME}").text == "${NAME}");
    CHECK(interpolated("$5 $ $$").text == "$5 $ $$");
    CHECK(interpolated("$$${NAME}").text == "$${NAME}");
}

TEST_CASE("what was put in is not looked at again") {
    CHECK(interpolated("${TRICK}").text == "${NAME}: [x]");
}

TEST_CASE("a missing variable or file and a malformed interpolation are told without any value") {
    CHECK(interpolated("${UNSET}").complaints ==
          Lines{"the environment variable UNSET is not set; ${UNSET:-default} would allow that"});
    CHECK(interpolated("${file:/none}").complaints == Lines{"${file:/none}: there is no such file"});
    CHECK(interpolated("${file:/run/binary}").complaints ==
          Lines{"${file:/run/binary}: it is no UTF-8 text"});
    CHECK(interpolated("${NAME").complaints == Lines{"'${' has no closing '}'; a plain ${ is written $${"});
    for (const char* malformed : {"${}", "${1A}", "${A B}", "${A-b}", "${file:relative}", "${file:/}"})
        CHECK(interpolated(malformed).complaints.size() == 1);
}

TEST_CASE("only one whole interpolation without a default may be a secret") {
    for (const char* right : {"${NAME}", "${file:/run/secret}"}) CHECK(is_bare_interpolation(right));
    for (const char* wrong :
         {"x", "", "${NAME:-x}", "${NAME}x", "x${NAME}", "${A}${B}", "$${NAME}", "${", "${}"})
        CHECK_FALSE(is_bare_interpolation(wrong));
}

TEST_CASE("an interpolated value is measured like a written one, and a fault does not show it") {
    World world;
    world.variables = {{"LIMIT", "7"}, {"WORD", "s3cret"}, {"URL", "mysql://u:s3cret@h"}};
    const Loaded right = world.load_text("server: { max_connections: \"${LIMIT}\" }");
    REQUIRE(lines_of(right.faults) == Lines{});
    CHECK(right.configuration->core.server.max_connections == 7);
    CHECK(
        lines_of(world.load_text("server: { max_connections: \"${WORD}\" }\ndatabase: { url: \"${URL}\" }\n")
                     .faults) ==
        Lines{
            "m.yaml:1:28: server.max_connections: '${WORD}' is not a whole number, allowed: 1 to 10000000",
            "m.yaml:2:18: database.url: '${URL}' does not fit, allowed: starts with sqlite:, postgresql://, "
            "postgres://"});
    CHECK(lines_of(world.load_text("database: { url: \"mysql://u:s3cret@h\" }\n").faults) ==
          Lines{"m.yaml:1:18: database.url: 'mysql://u:***@h' does not fit, allowed: starts with sqlite:, "
                "postgresql://, postgres://"});
}
