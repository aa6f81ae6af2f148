// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/option_value.h>
#include <mortise/options.h>

#include <stdexcept>

using namespace std::chrono_literals;
using mortise::Options;
using mortise::OptionValue;

namespace {

Options sample() {
    Options inner("chat.history", {{"page", {std::int64_t{50}}}});
    return Options("chat", {{"greeting", {std::string("Hello")}},
                            {"key", {OptionValue::Secret{"s3cret"}}},
                            {"limit", {std::int64_t{7}}},
                            {"ratio", {0.5}},
                            {"loud", {true}},
                            {"wait", {std::chrono::milliseconds(1500)}},
                            {"body", {OptionValue::Size{1024}}},
                            {"words", {std::vector<std::string>{"a", "b"}}},
                            {"steps", {std::vector<std::int64_t>{1, 2}}},
                            {"history", {inner}},
                            {"rooms", {std::vector<Options>{inner}}},
                            {"policies", {Options::Map<Options>{{"general", inner}}}},
                            {"aliases", {Options::Map<std::string>{{"send_message", "chat:send"}}}},
                            {"roles", {Options::Map<std::int64_t>{{"admin", 1000}}}},
                            {"motto", {}}});
}

}  // namespace

TEST_CASE("every type is read by the reader of its name") {
    const Options options = sample();
    CHECK(options.text("greeting") == "Hello");
    CHECK(options.secret("key") == "s3cret");
    CHECK(options.integer("limit") == 7);
    CHECK(options.number("ratio") == 0.5);
    CHECK(options.flag("loud"));
    CHECK(options.duration("wait") == 1500ms);
    CHECK(options.size("body") == 1024);
    CHECK(options.texts("words") == std::vector<std::string>{"a", "b"});
    CHECK(options.integers("steps") == std::vector<std::int64_t>{1, 2});
    CHECK(options.group("history").integer("page") == 50);
    CHECK(options.groups("rooms").front().integer("page") == 50);
    CHECK(options.entries("policies").at("general").integer("page") == 50);
    CHECK(options.text_entries("aliases").at("send_message") == "chat:send");
    CHECK(options.integer_entries("roles").at("admin") == 1000);
}

TEST_CASE("a name that is not declared is a fault of the program that names it and its options") {
    CHECK_THROWS_WITH(sample().text("greting"),
                      "option 'greting' is not declared in the options of chat (read as text)");
    CHECK_THROWS_AS(sample().has("greting"), std::logic_error);
    CHECK_THROWS_AS(Options().flag("anything"), std::logic_error);
}

TEST_CASE("reading with another type's reader is a fault of the program that names both types") {
    CHECK_THROWS_WITH(sample().integer("greeting"),
                      "option 'greeting' in the options of chat is of the type text (read as integer)");
    CHECK_THROWS_WITH(sample().text("key"),
                      "option 'key' in the options of chat is of the type secret (read as text)");
}

TEST_CASE("an option without a value says so to has(), and a read of it is a fault") {
    CHECK_FALSE(sample().has("motto"));
    CHECK(sample().has("greeting"));
    CHECK_THROWS_WITH(sample().text("motto"),
                      "option 'motto' in the options of chat has no value; ask has() first (read as text)");
}

TEST_CASE("names come in the order of declaration, with and without a value") {
    const auto options = sample();
    const auto names = options.names();
    REQUIRE(names.size() == 15);
    CHECK(names.front() == "greeting");
    CHECK(names.back() == "motto");
}

TEST_CASE("copies outlive what they were copied from, and equal it") {
    auto original = std::make_unique<Options>(sample());
    const Options copy = *original;
    const std::string& greeting = copy.text("greeting");
    original.reset();
    CHECK(greeting == "Hello");
    CHECK(copy == sample());
    CHECK_FALSE(copy == Options());
}
