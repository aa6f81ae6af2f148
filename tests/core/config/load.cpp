// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "config/describe.h"
#include "core/config/world.h"

using namespace std::chrono_literals;
using namespace mortise::config;
using Lines = std::vector<std::string>;

namespace {

constexpr const char* hello_manifest = R"(
name: hello
version: 1.0.0
sdk: 1
summary: Greets.
options:
  greeting: { type: text, default: Hello, max_length: 40, about: The word before the name. }
)";

constexpr const char* limits_manifest = R"(
name: ratelimit
version: 1.0.0
sdk: 1
summary: Limits.
options:
  policies:
    type: entries
    about: The limits by name.
    default:
      general: { limit: 100, window: 15m, roles: { admin: 1000 } }
      auth: { limit: 5, window: 15m }
    options:
      limit: { type: integer, min: 1, required: true, about: How many. }
      window: { type: duration, min: 1s, required: true, about: In how long. }
      roles: { type: integer_entries, min: 1, about: Limits of single roles. }
  key: { type: secret, about: A key. }
)";

World world_with_plugins() {
    World world;
    world.files["plugins/hello/plugin.yaml"] = hello_manifest;
    world.files["plugins/ratelimit/plugin.yaml"] = limits_manifest;
    return world;
}

}  // namespace

TEST_CASE("an empty file is a whole configuration of defaults") {
    const Loaded loaded = World().load_text("");
    REQUIRE(lines_of(loaded.faults) == Lines{});
    const CoreConfig& core = loaded.configuration->core;
    CHECK(core.server.listen == Lines{"127.0.0.1:8080"});
    CHECK(core.server.max_body == 1024 * 1024);
    CHECK(core.server.request_timeout == 30s);
    CHECK_FALSE(core.server.io_threads);
    CHECK_FALSE(core.server.tls);
    CHECK(core.database.url == "sqlite:data/mortise.db");
    CHECK(core.database.pool.max == 50);
    CHECK_FALSE(core.redis);
    CHECK_FALSE(core.mail);
    CHECK(core.sockets.recovery == SocketsConfig::Recovery::on_request);
    CHECK(core.sockets.max_payload == 1'000'000);
    CHECK(core.http_client.breaker.failures == 5);
    CHECK(core.http_client.breaker.open == 60s);
    CHECK(loaded.configuration->plugins.empty());
}

TEST_CASE("ten different mistakes are all told at once, each with its place") {
    World world = world_with_plugins();
    const Loaded loaded = world.load_text(R"(server:
  listen: 127.0.0.1:8080
  max_boddy: 1MiB
  request_timeout: soon
  max_connections: 0
  trusted_proxies: [10.0.0.0/33]
  drain: "5"
database:
  url: mysql://localhost/x
  pool: { min: five }
  pool: { max: 9 }
log:
  access: yes
  level: infos
mail: &mail
  host: smtp.example.org
  password: hunter2
  from: ${MAIL_FROM}
plugins:
  - helo
  - hello: { greeting: 5 }
  - hello
)");
    CHECK_FALSE(loaded.configuration);
    CHECK(lines_of(loaded.faults) ==
          Lines{
              "m.yaml:2:11: server.listen: a single value stands where a list belongs, allowed: a list of "
              "texts, [] "
              "for none",
              "m.yaml:3:3: server.max_boddy: unknown key, did you mean 'max_body'?",
              "m.yaml:4:20: server.request_timeout: 'soon' is not a duration such as 500ms, 30s, 15m, 1h or "
              "7d, "
              "allowed: 10ms to 1d",
              "m.yaml:5:20: server.max_connections: '0' is out of range, allowed: 1 to 10000000",
              "m.yaml:6:21: server.trusted_proxies[0]: '10.0.0.0/33' does not fit, allowed: an address or "
              "network "
              "such as 10.0.0.0/8 or ::1",
              "m.yaml:7:10: server.drain: the text '5' is not a duration such as 500ms, 30s, 15m, 1h or 7d, "
              "allowed: "
              "at most 1h",
              "m.yaml:9:8: database.url: 'mysql://localhost/x' does not fit, allowed: starts with sqlite:, "
              "postgresql://, postgres://",
              "m.yaml:10:16: database.pool.min: 'five' is not a whole number, allowed: 0 to 1000",
              "m.yaml:11:3: duplicate key 'pool', it stands already in line 10",
              "m.yaml:13:11: log.access: 'yes' is not true or false",
              "m.yaml:14:10: log.level: 'infos' is unknown, allowed: one of trace, debug, info, warn, "
              "error, off; "
              "did you mean 'info'?",
              "m.yaml:15:7: an anchor (&mail) is not allowed; write the value out where it is needed",
              "m.yaml:17:13: mail.password: a secret does not stand in the file, allowed: ${NAME} or "
              "${file:/path}",
              "m.yaml:18:9: mail.from: the environment variable MAIL_FROM is not set; ${MAIL_FROM:-default} "
              "would "
              "allow that",
              "m.yaml:20:5: plugins.helo: unknown plugin, did you mean 'hello'?",
              "m.yaml:21:24: plugins.hello.greeting: 5 is not a text, allowed: a text; in quotes it is one: "
              "\"5\"",
              "m.yaml:22:5: plugins.hello: stands twice in this list, allowed: once",
          });
}

TEST_CASE("plugins come in the order of the file with their options and the host's settings") {
    World world = world_with_plugins();
    world.variables["KEY"] = "s3cret";
    const Loaded loaded = world.load_text(R"(
plugins:
  - ratelimit:
      policies: { general: { limit: 7 } }
      key: ${KEY}
      host: { in_flight: 8, on_error: skip, deadline: 5s }
  - hello
)");
    REQUIRE(lines_of(loaded.faults) == Lines{});
    const auto& plugins = loaded.configuration->plugins;
    REQUIRE(plugins.size() == 2);
    CHECK(plugins[0].manifest->name == "ratelimit");
    CHECK(plugins[0].host.in_flight == 8);
    CHECK(plugins[0].host.queue == 4096);
    CHECK(plugins[0].host.on_error == HostSettings::OnError::skip);
    CHECK(plugins[0].host.deadline == 5000ms);
    CHECK(plugins[0].options.secret("key") == "s3cret");
    const auto& policies = plugins[0].options.entries("policies");
    CHECK(policies.at("general").integer("limit") == 7);
    CHECK(policies.at("general").duration("window") == 15min);
    CHECK(policies.at("general").integer_entries("roles").at("admin") == 1000);
    CHECK(policies.at("auth").integer("limit") == 5);
    CHECK(plugins[1].options.text("greeting") == "Hello");
    CHECK_FALSE(plugins[1].host.deadline);
}

TEST_CASE("the manual says which entries leave standing what a file does not name") {
    const Loaded loaded = world_with_plugins().load_text("plugins: [ratelimit]\n");
    REQUIRE(loaded.configuration);
    const std::vector<Manifest> plugins{*loaded.configuration->plugins[0].manifest};
    for (const std::string& manual :
         {describe_as_text(plugins), describe_as_markdown(plugins), describe_as_json_schema(plugins)}) {
        CHECK(manual.find("The limits by name. What a file does not name stays.") != std::string::npos);
        CHECK(manual.find("Limits of single roles. What") == std::string::npos);
    }
}

TEST_CASE("included files win over the file that includes them, and their plugins merge by name") {
    World world = world_with_plugins();
    world.files["etc/m.yaml"] =
        "include: [conf.d/*.yaml]\nserver: { drain: 5s, max_body: 2MiB }\nplugins:\n"
        "  - hello: { greeting: Hi }\n";
    world.files["etc/conf.d/a.yaml"] = "server: { drain: 6s }\nplugins:\n  - ratelimit\n";
    world.files["etc/conf.d/b.yaml"] = "server: { drain: 7s }\nplugins:\n  - hello: { greeting: Hey }\n";
    const Loaded loaded = world.load({"etc/m.yaml"});
    REQUIRE(lines_of(loaded.faults) == Lines{});
    CHECK(loaded.configuration->core.server.drain == 7s);
    CHECK(loaded.configuration->core.server.max_body == 2 * 1024 * 1024);
    const auto& plugins = loaded.configuration->plugins;
    REQUIRE(plugins.size() == 2);
    CHECK(plugins[0].manifest->name == "hello");
    CHECK(plugins[0].options.text("greeting") == "Hey");
    CHECK(plugins[1].manifest->name == "ratelimit");
}

TEST_CASE("of several files the last one wins") {
    World world;
    world.files["a.yaml"] = "server: { listen: [\"127.0.0.1:1\", \"127.0.0.1:2\"], drain: 5s }";
    world.files["b.yaml"] = "server: { listen: [\"127.0.0.1:3\"] }";
    const Loaded loaded = world.load({"a.yaml", "b.yaml"});
    REQUIRE(lines_of(loaded.faults) == Lines{});
    CHECK(loaded.configuration->core.server.listen == Lines{"127.0.0.1:3"});
    CHECK(loaded.configuration->core.server.drain == 5s);
}

TEST_CASE("a fault in an included file carries that file's name, after those of the file before it") {
    World world;
    world.files["m.yaml"] = "include: [extra.yaml]\nserver: { drian: 5s }";
    world.files["extra.yaml"] = "server:\n  max_body: big";
    CHECK(lines_of(world.load({"m.yaml"}).faults) ==
          Lines{"m.yaml:2:11: server.drian: unknown key, did you mean 'drain'?",
                "extra.yaml:2:13: server.max_body: 'big' is not a size such as 512B, 64KiB, 1MiB or 500MB, "
                "allowed: "
                "0B to 1TiB"});
}

TEST_CASE("a value that a later file replaces must be right too, but its variables need not be set") {
    World world;
    world.files["a.yaml"] = "server: { drain: never, max_body: \"${UNSET}\" }";
    world.files["b.yaml"] = "server: { drain: 5s, max_body: 1MiB }";
    CHECK(lines_of(world.load({"a.yaml", "b.yaml"}).faults) ==
          Lines{"a.yaml:1:18: server.drain: 'never' is not a duration such as 500ms, 30s, 15m, 1h or 7d, "
                "allowed: at "
                "most 1h"});
}

TEST_CASE("what a later file replaces in the place of a plugin's options must be right too") {
    World world = world_with_plugins();
    world.files["a.yaml"] = "plugins:\n  - hello: loud\n";
    world.files["b.yaml"] = "plugins:\n  - hello: { greeting: Hi }\n";
    CHECK(lines_of(world.load({"a.yaml", "b.yaml"}).faults) ==
          Lines{"a.yaml:2:12: plugins.hello: a single value stands where a map of options belongs"});
}

TEST_CASE("files that include each other are refused") {
    World world;
    world.files["a.yaml"] = "include: [b.yaml]";
    world.files["b.yaml"] = "include: [a.yaml]";
    CHECK(lines_of(world.load({"a.yaml"}).faults) ==
          Lines{"b.yaml:1:11: include[0]: 'a.yaml' is included by itself, in a circle"});
}

TEST_CASE("a file that is not there is a fault, a pattern that matches nothing is none") {
    World world;
    CHECK(lines_of(world.load({"none.yaml"}).faults) == Lines{"none.yaml:1:1: there is no such file"});
    CHECK(lines_of(world.load_text("include: [conf.d/*.yaml]").faults) == Lines{});
    CHECK(lines_of(world.load_text("include: [extra.yaml]").faults) ==
          Lines{"m.yaml:1:11: include[0]: 'extra.yaml': there is no such file"});
}

TEST_CASE("a group with required options is absent until it is given, and whole then") {
    CHECK(lines_of(World().load_text("server:\n  tls: { certificate: a.pem }").faults) ==
          Lines{"m.yaml:2:3: server.tls.key: is required, allowed: a text"});
    const Loaded loaded = World().load_text("redis: { url: \"redis://127.0.0.1:6379\" }");
    REQUIRE(lines_of(loaded.faults) == Lines{});
    CHECK(loaded.configuration->core.redis->prefix == "mortise:");
}

TEST_CASE("options that contradict each other are refused") {
    CHECK(lines_of(World().load_text("database:\n  pool: { min: 60 }\n").faults) ==
          Lines{"m.yaml:2:16: database.pool.min: 60 is above database.pool.max, allowed: at most 50"});
    CHECK(lines_of(World().load_text("database: { replicas: [\"postgresql://b/x\"] }").faults) ==
          Lines{"m.yaml:1:23: database.replicas: a SQLite database has no replicas, allowed: [] or a "
                "database.url with "
                "postgresql://"});
}

TEST_CASE("a fault in a plugin's manifest is told with the manifest's own place") {
    World world;
    world.files["plugins/odd/plugin.yaml"] = "name: even\nversion: 1.0.0\nsdk: 1\nsummary: Odd.\n";
    CHECK(lines_of(world.load_text("plugins: [odd]").faults) ==
          Lines{"plugins/odd/plugin.yaml:1:1: name: 'even' is not the name of its folder, allowed: odd"});
}

TEST_CASE("what is not a list of plugins is told with what to write") {
    CHECK(lines_of(World().load_text("plugins: hello").faults) ==
          Lines{"m.yaml:1:10: plugins: is not a list, allowed: a list such as - tasks, [] for none"});
    CHECK(lines_of(world_with_plugins().load_text("plugins:\n  - hello:\n    greeting: Hi\n").faults) ==
          Lines{"m.yaml:2:5: plugins[0]: is not one plugin, allowed: its name, or its name with its options "
                "below it; "
                "options stand two more spaces to the right"});
    CHECK(lines_of(World().load_text("- hello").faults) ==
          Lines{"m.yaml:1:1: a configuration is a map of options, such as server: { listen: [...] }"});
}
