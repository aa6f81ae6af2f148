// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/server/request_parts.h>

#include "http/route_table.h"

using namespace mortise;
using namespace mortise::http;

namespace {

struct NotedText {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(NotedText, (), (text))

Handler nothing() {
    return [](const Request&) { return Response::empty(); };
}

// What the table answers for a path: the route's path and its parameters, in one text.
std::string answer(const RouteTable& table, Method method, std::string_view sent) {
    std::string buffer;
    const auto path = normalise_path(sent, buffer);
    if (!path) return "malformed";
    RequestParts parts;
    const auto match = table.match(method, *path, parts);
    if (match.is_malformed) return "malformed";
    if (match.entry == nullptr) return "none; allowed " + table.allowed(*path).text();
    std::string text = match.entry->declaration->path;
    for (const auto& [name, value] : parts.params) text += " " + std::string(name) + "=" + value;
    return text;
}

std::vector<std::string> faults_of(const std::vector<RouteSource>& sources) {
    try {
        RouteTable table(sources);
        return {};
    } catch (const RouteFaults& faults) {
        return faults.faults();
    }
}

}  // namespace

TEST_CASE("literal segments go before parameters, parameters before the rest") {
    PluginRoutes routes("files");
    routes.add(Method::get, "/files/{name}", nothing());
    routes.add(Method::get, "/files/recent", nothing());
    routes.add(Method::get, "/files/{rest*}", nothing());
    routes.add(Method::get, "/files/{name}/size", nothing());
    routes.add(Method::get, "/", nothing());
    const RouteTable table({{&routes}});

    CHECK(answer(table, Method::get, "/files/recent") == "/files/recent");
    CHECK(answer(table, Method::get, "/files/recently") == "/files/{name} name=recently");
    CHECK(answer(table, Method::get, "/files/recent/size") == "/files/{name}/size name=recent");
    CHECK(answer(table, Method::get, "/files/a/b/c") == "/files/{rest*} rest=a/b/c");
    CHECK(answer(table, Method::get, "/files/a/sizes") == "/files/{rest*} rest=a/sizes");
    CHECK(answer(table, Method::get, "/files") == "/files/{rest*} rest=");
    CHECK(answer(table, Method::get, "/") == "/");
    CHECK(answer(table, Method::get, "/file") == "none; allowed OPTIONS");
    CHECK(answer(table, Method::get, "*") == "none; allowed OPTIONS");
}

TEST_CASE("a slash at the end is ignored, an empty segment never matches") {
    PluginRoutes routes("tasks");
    routes.add(Method::get, "/tasks", nothing());
    routes.add(Method::get, "/tasks/{id}", nothing());
    routes.add(Method::get, "/docs/", nothing());
    const RouteTable table({{&routes}});

    CHECK(answer(table, Method::get, "/tasks/") == "/tasks");
    CHECK(answer(table, Method::get, "/tasks/7/") == "/tasks/{id} id=7");
    CHECK(answer(table, Method::get, "/docs") == "/docs/");
    CHECK(answer(table, Method::get, "/tasks//") == "none; allowed OPTIONS");
    CHECK(answer(table, Method::get, "//tasks") == "none; allowed OPTIONS");
}

TEST_CASE("a method without a route on the nearest pattern is looked for on the next one") {
    PluginRoutes routes("users");
    routes.add(Method::get, "/users/me", nothing());
    routes.add(Method::delete_, "/users/{id}", nothing());
    routes.add(std::nullopt, "/echo", nothing());
    const RouteTable table({{&routes}});

    CHECK(answer(table, Method::delete_, "/users/me") == "/users/{id} id=me");
    CHECK(answer(table, Method::head, "/users/me") == "/users/me");
    CHECK(answer(table, Method::put, "/users/me") == "none; allowed GET, HEAD, DELETE, OPTIONS");
    CHECK(answer(table, Method::other, "/users/me") == "none; allowed GET, HEAD, DELETE, OPTIONS");
    CHECK(answer(table, Method::other, "/echo") == "/echo");
    CHECK(answer(table, Method::options, "/echo") == "/echo");
    CHECK(table.allowed("/echo").text() == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    CHECK(table.allowed("/nowhere").empty());
}

TEST_CASE("parameters are decoded once, and what is no text is malformed") {
    PluginRoutes routes("posts");
    routes.add(Method::get, "/posts/{slug}", nothing());
    routes.add(Method::get, "/raw/{rest*}", nothing());
    const RouteTable table({{&routes}});

    CHECK(answer(table, Method::get, "/posts/a%20b") == "/posts/{slug} slug=a b");
    CHECK(answer(table, Method::get, "/posts/a%2Fb") == "/posts/{slug} slug=a/b");
    CHECK(answer(table, Method::get, "/posts/a%252Fb") == "/posts/{slug} slug=a%2Fb");
    CHECK(answer(table, Method::get, "/%70osts/caf%c3%a9") == "/posts/{slug} slug=café");
    for (const std::string_view bad :
         {"/posts/%", "/posts/%4", "/posts/%zz", "/posts/a%00b", "/%00", "/posts/%ff"})
        CHECK(answer(table, Method::get, bad) == "malformed");
    CHECK(answer(table, Method::get, std::string_view("/posts/a\0b", 10)) == "malformed");
}

TEST_CASE("no spelling of a dot segment gets through") {
    PluginRoutes routes("files");
    routes.add(Method::get, "/files/{rest*}", nothing());
    routes.add(Method::get, "/one/{name}", nothing());
    const RouteTable table({{&routes}});

    for (const std::string_view bad :
         {"/files/../etc", "/files/./a", "/files/..", "/files/%2e%2e/etc", "/files/.%2E/etc", "/../files/a",
          "/files/a%2F..%2Fb", "/files/..%2Fb", "/files/%2Fetc/passwd", "/files/a%2F%2Fb", "/one/%2e%2e"})
        CHECK(answer(table, Method::get, bad) == "malformed");
    CHECK(answer(table, Method::get, "/files/...") == "/files/{rest*} rest=...");
    CHECK(answer(table, Method::get, "/files/.hidden/a..b") == "/files/{rest*} rest=.hidden/a..b");
    CHECK(answer(table, Method::get, "/files/a%2Fb") == "/files/{rest*} rest=a/b");
    CHECK(answer(table, Method::get, "/files//etc/passwd") == "malformed");
}

TEST_CASE("a fallback takes only paths that no other route knows") {
    PluginRoutes pages("pages");
    PluginRoutes tasks("tasks");
    pages.add(std::nullopt, "/{path*}", nothing()).fallback();
    pages.add(std::nullopt, "/admin/{path*}", nothing()).fallback();
    tasks.add(Method::post, "/tasks", nothing());
    tasks.add(Method::get, "/tasks/{id}", nothing());
    const RouteTable table({{&pages}, {&tasks}});

    CHECK(answer(table, Method::get, "/") == "/{path*} path=");
    CHECK(answer(table, Method::get, "/style.css") == "/{path*} path=style.css");
    CHECK(answer(table, Method::get, "/admin/a/b") == "/admin/{path*} path=a/b");
    CHECK(answer(table, Method::post, "/tasks") == "/tasks");
    CHECK(answer(table, Method::get, "/tasks/7") == "/tasks/{id} id=7");
    CHECK(answer(table, Method::get, "/tasks") == "none; allowed POST, OPTIONS");
    CHECK(answer(table, Method::put, "/tasks/7") == "none; allowed GET, HEAD, OPTIONS");
    CHECK(answer(table, Method::get, "/tasks/7/notes") == "/{path*} path=tasks/7/notes");
}

TEST_CASE("a fallback stands beside a route of the same shape, not beside another fallback") {
    PluginRoutes pages("pages");
    PluginRoutes proxy("proxy");
    PluginRoutes more("more");
    pages.add(Method::get, "/{path*}", nothing()).fallback();
    proxy.add(Method::get, "/{rest*}", nothing());
    CHECK(faults_of({{&pages}, {&proxy}}).empty());
    more.add(Method::get, "/{any*}", nothing()).fallback();
    const auto faults = faults_of({{&pages}, {&proxy}, {&more}});
    REQUIRE(faults.size() == 1);
    CHECK(faults[0] == "plugin more: route GET /{any*}: already registered by plugin pages as /{path*}");
}

TEST_CASE("everything wrong with the routes is told at once") {
    PluginRoutes users("users");
    PluginRoutes people("people");
    PluginRoutes server("");
    server.add(Method::get, "/health", nothing());
    users.add(Method::get, "/users/{id}", nothing());
    users.add(Method::post, "users", nothing());
    users.add(Method::get, "/a/{id}/b/{id}", nothing());
    people.add(Method::get, "/users/{name}", nothing());
    people.add(Method::get, "/health/", nothing());
    people.add(std::nullopt, "/users/{name}", nothing());
    people.add(Method::get, "/x/{rest*}/y", nothing());
    people.add(Method::get, "/x/{}", nothing());
    people.add(Method::get, "/x/{a", nothing());
    people.add(Method::get, "/x//y", nothing());
    people.add(Method::get, "/x/a b", nothing());
    people.add(Method::get, "/x/../y", nothing());

    const auto faults = faults_of({{&server}, {&users}, {&people}});
    REQUIRE(faults.size() == 10);
    CHECK(faults[0] == "plugin users: route POST users: it must begin with '/'");
    CHECK(faults[1] == "plugin users: route GET /a/{id}/b/{id}: the parameter {id} stands there twice");
    CHECK(faults[2] ==
          "plugin people: route GET /users/{name}: already registered by plugin users as /users/{id}");
    CHECK(faults[3] == "plugin people: route GET /health/: already registered by the server as /health");
    CHECK(faults[4].find("{rest*} takes the rest of the path") != std::string::npos);
}

TEST_CASE("a body is either bound or streamed") {
    PluginRoutes routes("notes");
    Route route = routes.add(Method::post, "/notes", nothing());
    route.streamed_body();
    CHECK(faults_of({{&routes}}).empty());
    route.body<NotedText>();
    CHECK(faults_of({{&routes}}).size() == 1);
}

TEST_CASE("an alias replaces whole segments, the longest first, once") {
    const Aliases aliases(
        Aliases::Prefixes{{"/auth", "/api/v1/auth"}, {"/auth/old", "/legacy"}, {"/api", "/auth"}});
    std::string buffer;
    CHECK(aliases.resolve("/auth/login", buffer) == "/api/v1/auth/login");
    CHECK(aliases.resolve("/auth", buffer) == "/api/v1/auth");
    CHECK(aliases.resolve("/authors", buffer) == "/authors");
    CHECK(aliases.resolve("/auth/old/x", buffer) == "/legacy/x");
    CHECK(aliases.resolve("/api/x", buffer) == "/auth/x");
    CHECK_THROWS_AS(Aliases(Aliases::Prefixes{{"auth", "/x"}}), std::invalid_argument);
    CHECK_THROWS_AS(Aliases(Aliases::Prefixes{{"/", "/x"}}), std::invalid_argument);
}
