// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "config/core_schema.h"
#include "config/describe.h"
#include "config/manifest.h"
#include "core/config/world.h"

using namespace mortise::config;
using Lines = std::vector<std::string>;

namespace {

constexpr const char* head = "name: a\nversion: 1.0.0\nsdk: 1\nsummary: A.\n";

Lines manifest_faults(const std::string& text) {
    Faults faults;
    const auto manifest = read_manifest(text, "plugin.yaml", 0, faults);
    CHECK(manifest.has_value() == faults.empty());
    sort_by_place(faults);
    return lines_of(faults);
}

Lines faults_of_option(const std::string& facets) {
    return manifest_faults(std::string(head) + "options:\n  a: " + facets);
}

void visit_rows(const Schema& rows, const std::function<void(const Row&)>& visitor) {
    for (const Row& row : rows) {
        visitor(row);
        visit_rows(row.options, visitor);
    }
}

}  // namespace

TEST_CASE("a manifest says who it is, what it provides and needs, and its options") {
    Faults faults;
    const auto manifest = read_manifest(R"(
name: chat
version: 1.2.3
sdk: 1
summary: Talks.
license: Apache-2.0
provides: [chat]
requires: [identity]
options:
  page: { type: integer, min: 1, max: 100, default: 20, about: How many. }
  recovery: { type: text, values: [off, on], default: off, about: Which. }
host: { in_flight: 8 }
)",
                                        "plugin.yaml", 0, faults);
    REQUIRE(lines_of(faults) == Lines{});
    CHECK(manifest->name == "chat");
    CHECK(manifest->version == "1.2.3");
    CHECK(manifest->sdk == 1);
    CHECK(manifest->license == "Apache-2.0");
    CHECK(manifest->provides == Lines{"chat"});
    CHECK(manifest->needs == Lines{"identity"});
    REQUIRE(manifest->options.size() == 2);
    CHECK(manifest->options[0].max == 100);
    const LoadedOptions loaded = load_options(*manifest, "recovery: on", Environment::empty());
    CHECK(loaded.options.integer("page") == 20);
    CHECK(loaded.options.text("recovery") == "on");
}

TEST_CASE("every fault of a manifest is told with its place") {
    CHECK(
        manifest_faults(
            "name: Chat\nversion: one\nsummray: x\nrequires: identity\nhost: { in_flight: 0 }\n") ==
        Lines{
            "plugin.yaml:1:1: sdk: is required, allowed: a whole number",
            "plugin.yaml:1:1: summary: is required, allowed: a text",
            "plugin.yaml:1:7: name: 'Chat' does not fit, allowed: at most 40 characters; small letters, "
            "digits, _ "
            "and -, such as send_message",
            "plugin.yaml:2:10: version: 'one' does not fit, allowed: a version such as 1.4.2 or 2.0.0-beta.1",
            "plugin.yaml:3:1: summray: unknown key, did you mean 'summary'?",
            "plugin.yaml:4:11: requires: a single value stands where a list belongs, allowed: a list of "
            "texts, [] "
            "for none",
            "plugin.yaml:5:20: host.in_flight: '0' is out of range, allowed: 1 to 4096"});
}

TEST_CASE("an option that contradicts itself is refused") {
    CHECK(faults_of_option("{ about: x }") ==
          Lines{"plugin.yaml:6:3: options.a: needs a type, allowed: text, secret, integer, number, flag, "
                "duration, size, "
                "texts, integers, group, groups, entries, text_entries, integer_entries"});
    CHECK(faults_of_option("{ type: intger, about: x }") ==
          Lines{"plugin.yaml:6:14: options.a: 'intger' is not a type, did you mean 'integer'?"});
    CHECK(faults_of_option("{ type: text }") ==
          Lines{"plugin.yaml:6:3: options.a.about: is required, allowed: a text"});
    CHECK(faults_of_option("{ type: text, min: 5, about: x }") ==
          Lines{"plugin.yaml:6:20: options.a.min: means nothing for the type text, allowed: type, about, "
                "required, live, "
                "auto, min_length, max_length, values, format, schemes, default"});
    CHECK(faults_of_option("{ type: integer, defualt: 5, about: x }") ==
          Lines{"plugin.yaml:6:23: options.a.defualt: means nothing for the type integer, did you mean "
                "'default'?"});
    CHECK(faults_of_option("{ type: integer, min: 9, max: 1, about: x }") ==
          Lines{"plugin.yaml:6:3: options.a: its smallest allowed value is above its largest"});
    CHECK(faults_of_option("{ type: integer, max: 4, default: 5, about: x }") ==
          Lines{"plugin.yaml:6:40: options.a.default: '5' is out of range, allowed: at most 4"});
    CHECK(faults_of_option("{ type: text, required: true, default: x, about: x }") ==
          Lines{"plugin.yaml:6:36: options.a: is required and has a default, allowed: one of them"});
    CHECK(faults_of_option("{ type: secret, default: x, about: x }").size() == 1);
    CHECK(faults_of_option("{ type: group, about: x }").size() == 1);
    CHECK(faults_of_option("{ type: flag, about: one, two }") ==
          Lines{"plugin.yaml:6:32: options.a.two: means nothing for the type flag, allowed: a text with a "
                "comma stands "
                "in quotes"});
    CHECK(manifest_faults(std::string(head) + "options:\n  Big-Name: { type: text, about: x }\n").size() ==
          1);
    CHECK(manifest_faults(std::string(head) + "options:\n  host: { type: text, about: x }\n").size() == 1);
}

TEST_CASE("a default is measured by its own row, entries and groups too") {
    CHECK(
        faults_of_option("\n    type: entries\n    about: x\n    default: { general: { limit: 0 } }\n"
                         "    options: { limit: { type: integer, min: 1, about: x } }\n") ==
        Lines{"plugin.yaml:9:34: options.a.default.general.limit: '0' is out of range, allowed: at least 1"});
}

TEST_CASE("the schemas that are part of the program are without fault and say something of every option") {
    for (const Schema* schema : {&core_schema(), &host_schema(), &manifest_schema()})
        visit_rows(*schema, [](const Row& row) {
            CAPTURE(row.name, row.about);
            CHECK(row.about.ends_with("."));
        });
}

TEST_CASE("the manual names every option, in every form") {
    const std::string text = describe_as_text({});
    const std::string markdown = describe_as_markdown({});
    const std::string schema = describe_as_json_schema({});
    visit_rows(core_schema(), [&](const Row& row) {
        CAPTURE(row.name);
        CHECK(text.find(row.about) != std::string::npos);
        CHECK(markdown.find(row.name) != std::string::npos);
        CHECK(schema.find("\"" + row.name + "\"") != std::string::npos);
    });
    CHECK(text.find("server.request_timeout  (duration; default 30s; 10ms to 1d)") != std::string::npos);
}
