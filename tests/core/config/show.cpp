// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "config/core_schema.h"
#include "config/show.h"
#include "core/config/world.h"

using namespace mortise::config;
using Lines = std::vector<std::string>;

namespace {

World world_with_plugin() {
    World world;
    world.variables = {{"KEY", "s3cret"}};
    world.files["plugins/odd/plugin.yaml"] = R"(
name: odd
version: 1.0.0
sdk: 1
summary: Odd.
options:
  text: { type: text, default: "", about: A text. }
  level: { type: text, values: [low, high], default: low, live: true, about: A live one. }
  key: { type: secret, about: A secret. }
  map: { type: text_entries, about: A map. }
)";
    return world;
}

std::vector<std::string> paths(const std::vector<Change>& changes) {
    std::vector<std::string> all;
    for (const Change& change : changes) all.push_back(change.path + (change.live ? " live" : ""));
    return all;
}

}  // namespace

TEST_CASE("secrets and passwords are masked in what is shown") {
    const Loaded loaded = world_with_plugin().load_text(
        "database: { url: \"postgresql://app:s3cret@db/x\" }\nplugins: [odd: { key: \"${KEY}\" }]\n");
    REQUIRE(lines_of(loaded.faults) == Lines{});
    const std::string shown = show(*loaded.configuration);
    CHECK(shown.find("s3cret") == std::string::npos);
    CHECK(shown.find("  url: \"postgresql://app:***@db/x\"\n") != std::string::npos);
    CHECK(shown.find("      key: \"***\"\n") != std::string::npos);
}

TEST_CASE("what is shown reads back as the same configuration") {
    const World world = world_with_plugin();
    const Loaded loaded = world.load_text(R"(
server: { drain: 90s, tls: { certificate: a.pem, key: "${KEY}" } }
plugins:
  - odd: { text: "$${A} \"q\" \\ \x07 \n é", map: { "a b": "true", c: "5", "": "- x" } }
)");
    REQUIRE(lines_of(loaded.faults) == Lines{});
    const Loaded again = world.load_text(show(*loaded.configuration));
    REQUIRE(lines_of(again.faults) == Lines{});
    CHECK(paths(changes_between(*loaded.configuration, *again.configuration)) == Lines{});
    CHECK(again.configuration->plugins[0].options.text("text") == "${A} \"q\" \\ \x07 \n é");
}

TEST_CASE("what differs between two configurations is told with whether a reload can apply it") {
    const World world = world_with_plugin();
    const auto before = world.load_text("log: { level: info }\nplugins: [odd]").configuration;
    const auto after = world
                           .load_text(R"(
log: { level: debug }
server: { max_body: 2MiB, cors: { origins: ["https://a.b"] } }
redis: { url: "redis://h" }
plugins: [odd: { level: high, text: x, host: { queue: 1 } }]
)")
                           .configuration;
    REQUIRE(before);
    REQUIRE(after);
    CHECK(paths(changes_between(*before, *after)) ==
          Lines{"server.max_body", "server.cors.origins live", "redis", "log.level live", "plugins.odd.text",
                "plugins.odd.level live", "plugins.odd.host.queue"});
    CHECK(paths(changes_between(*after, *after)) == Lines{});
    const auto without = world.load_text("plugins: []").configuration;
    CHECK(paths(changes_between(*before, *without)) == Lines{"plugins"});
}

TEST_CASE("the default configuration is right but for plugins that are not there") {
    World world;
    const Loaded loaded =
        load({{"mortise.yaml", std::string(default_configuration())}}, world.environment(), {});
    for (const Fault& fault : loaded.faults) CHECK_THAT(fault.path, Catch::StartsWith("plugins."));
}
