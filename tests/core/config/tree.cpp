// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "config/tree.h"
#include "core/config/world.h"

using namespace mortise::config;
using Lines = std::vector<std::string>;

namespace {

Lines faults_of(std::string_view text) {
    Faults faults;
    (void)read_tree(text, "f.yaml", 0, faults);
    return lines_of(faults);
}

Node tree_of(std::string_view text) {
    Faults faults;
    auto tree = read_tree(text, "f.yaml", 0, faults);
    REQUIRE(lines_of(faults) == Lines{});
    return *tree;
}

std::string place_of(const Node& node) {
    return std::to_string(node.place.line) + ":" + std::to_string(node.place.column);
}

}  // namespace

TEST_CASE("values keep their places, columns counted in characters") {
    const Node tree = tree_of("näme: \"é\"\nlist:\n  - a\n  - {b: 1}\nlätt: {ö: 5}\n");
    CHECK(place_of(tree.find("näme")->value) == "1:7");
    CHECK(place_of(tree.find("list")->value.items[1].find("b")->value) == "4:9");
    CHECK(place_of(tree.find("lätt")->value.find("ö")->value) == "5:11");
}

TEST_CASE("quoted scalars are told from plain ones, and nothing from both") {
    const Node tree = tree_of("a: 5\nb: '5'\nc: |\n  5\nd:\ne: null\nf: \"null\"\n");
    CHECK(tree.find("a")->value.kind == Node::Kind::plain);
    CHECK(tree.find("b")->value.kind == Node::Kind::quoted);
    CHECK(tree.find("c")->value.kind == Node::Kind::quoted);
    CHECK(tree.find("d")->value.kind == Node::Kind::null);
    CHECK(tree.find("e")->value.kind == Node::Kind::null);
    CHECK(tree.find("f")->value.kind == Node::Kind::quoted);
}

TEST_CASE("a value that is missing stands where its key stands") {
    const Node tree = tree_of("a:\n  b:\nc: 1\n");
    CHECK(place_of(tree.find("a")->value.find("b")->value) == "2:3");
}

TEST_CASE("a byte order mark and carriage returns change no place") {
    const Node tree = tree_of(
        "\xEF\xBB\xBF"
        "a: 1\r\nb: 2\r\n");
    CHECK(place_of(tree.find("a")->value) == "1:4");
    CHECK(tree.find("a")->value.text == "1");
    CHECK(place_of(tree.find("b")->value) == "2:4");
}

TEST_CASE("what makes YAML ambiguous is refused with its place") {
    CHECK(faults_of("a: 1\nb: 2\na: 3\n") ==
          Lines{"f.yaml:3:1: duplicate key 'a', it stands already in line 1"});
    CHECK(faults_of("a: &x 1\nb: *x\n") ==
          Lines{"f.yaml:1:4: an anchor (&x) is not allowed; write the value out where it is needed",
                "f.yaml:2:4: an alias (*name) is not allowed; write the value out"});
    CHECK(faults_of("a: { <<: { b: 1 } }\n") ==
          Lines{"f.yaml:1:6: a merge key (<<) is not allowed; write the keys out"});
    CHECK(faults_of("a: !!int 5\n") == Lines{"f.yaml:1:4: a tag (tag:yaml.org,2002:int) is not allowed"});
    CHECK(faults_of("? [a]\n: 1\n") == Lines{"f.yaml:1:3: a key must be a plain text"});
    CHECK(faults_of("a: 1\n---\nb: 2\n") ==
          Lines{"f.yaml:2:1: a second document starts here, allowed: one document a file"});
    CHECK(faults_of("a: \"x\\0y\"\n") ==
          Lines{"f.yaml:1:4: the text has a NUL character, which is not allowed"});
}

TEST_CASE("an alias to itself ends") {
    CHECK(faults_of("a: &x\n  b: *x\n").size() == 2);
}

TEST_CASE("bad syntax is told where the parser stopped, with a hint where one is known") {
    CHECK(faults_of("a: [1, 2\nb: 3\n").size() == 1);
    CHECK_THAT(faults_of("a: {b: [${X}]}\n").front(),
               Catch::EndsWith("inside [ ] and { } an interpolation stands in quotes: \"${NAME}\""));
    CHECK_THAT(faults_of("a:\n\tb: 1\n").front(), Catch::EndsWith("YAML is indented with spaces"));
}

TEST_CASE("text that is no UTF-8 is refused at its first bad byte") {
    CHECK(faults_of("a: 1\nbé: \xff\n") ==
          Lines{"f.yaml:2:5: not readable as UTF-8 text without control characters"});
    CHECK(faults_of("a: \xC0\xAF").size() == 1);          // overlong
    CHECK(faults_of("a: \xED\xA0\x80").size() == 1);      // a surrogate
    CHECK(faults_of("a: \xF4\x90\x80\x80").size() == 1);  // above U+10FFFF
    CHECK(faults_of("a: \xE2\x82").size() == 1);          // cut off
    CHECK(faults_of("a: \x01").size() == 1);              // a control character
    CHECK(faults_of("a: \xF4\x8F\xBF\xBF").empty());
    CHECK(faults_of(std::string_view("a: \0b", 5)).size() == 1);
}

TEST_CASE("what is too large or too deep is refused, not read") {
    CHECK(faults_of("a: " + std::string(max_file_size, 'x')) ==
          Lines{"f.yaml:1:1: the file is larger than 1 MiB, which no configuration needs"});
    CHECK(faults_of(std::string(max_depth, '[') + std::string(max_depth, ']')).empty());
    CHECK(faults_of(std::string(max_depth + 1, '[') + std::string(max_depth + 1, ']')) ==
          Lines{"f.yaml:1:33: nested too deep, allowed: 32 levels"});
    CHECK(faults_of(std::string(100'000, '[')).size() == 1);
    std::string many = "a: [";
    for (std::size_t count = 0; count <= max_values; ++count) many += "1,";
    CHECK_THAT(faults_of(many + "]").front(), Catch::EndsWith("the file has more than 100000 values"));
}
