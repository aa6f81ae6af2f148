// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "app.h"
#include "golden.h"
#include "http/openapi.h"
#include "http/route_list.h"
#include "support/test_limiter.h"

using namespace mortise;
using namespace http_app;

namespace {

struct Note {
    std::string id;
    std::string text;
    std::optional<Time> due_date;
};
BOOST_DESCRIBE_STRUCT(Note, (), (id, text, due_date))

struct NewNote {
    std::string text;
    std::string priority = "medium";
};
BOOST_DESCRIBE_STRUCT(NewNote, (), (text, priority))

struct NoteQuery {
    int limit = 20;
    std::vector<std::string> tags;
};
BOOST_DESCRIBE_STRUCT(NoteQuery, (), (limit, tags))

// Indented, so that a difference in the golden file can be read.
void print(std::string& out, const Json& value, const std::string& indent = "") {
    const std::string deeper = indent + "  ";
    if (value.is_object() && !value.get_object().empty()) {
        const char* before = "{\n";
        for (const auto& member : value.get_object()) {
            out += before + deeper;
            append_json_string(out, member.key());
            out += ": ";
            print(out, member.value(), deeper);
            before = ",\n";
        }
        out += "\n" + indent + "}";
    } else {
        append_json(out, value);
    }
}

http::PluginRoutes notes_routes() {
    http::PluginRoutes routes("notes");
    const Handler handler = [](const Request&) { return Response(); };
    Shape<NewNote> shape;
    shape.at(&NewNote::text).length(1, 200).about("What it says.");
    shape.at(&NewNote::priority).one_of({"low", "medium", "high"});
    Shape<NoteQuery> query;
    query.at(&NoteQuery::limit).range(1, 100).about("Items on a page.");
    query.at(&NoteQuery::tags).optional();
    routes.add(Method::get, "/api/v1/notes", handler)
        .summary("Lists notes")
        .requires_user()
        .query(query)
        .cached(std::chrono::minutes(5), "notes:{user}");
    routes.add(Method::post, "/api/v1/notes", handler)
        .summary("Writes a note")
        .requires_user()
        .limit("strict")
        .body(shape)
        .returns<Note>(201)
        .idempotent();
    routes.add(Method::get, "/api/v1/notes/{id}", handler).returns<Note>().shared();
    routes.add(Method::delete_, "/api/v1/notes/{note}", handler).requires_role("admin").returns_nothing();
    routes.add(std::nullopt, "/hooks/{rest*}", handler).streamed_body().breaker();
    return routes;
}

}  // namespace

TEST_CASE("the API document is made of the routes that run") {
    const http::PluginRoutes notes = notes_routes();
    http::PluginRoutes server("");
    server.add(Method::get, "/livez", [](const Request&) { return Response(); }).inline_handler();
    test::TestLimiter limiter;
    limiter["strict"];
    const http::RouteTable table({{&server}, {&notes}}, {}, {}, &limiter);
    std::string text;
    print(text, http::make_openapi(table, {"Mortise", "0.1.0"}));
    test::check_golden("openapi.json", text + "\n");
    test::check_golden("routes.txt", http::list_routes(table));

    const JsonArray list = http::list_routes_json(table);
    REQUIRE(list.size() == 6);
    CHECK(list[0].at("path") == "/api/v1/notes");
    CHECK(list[1].at("limit") == "strict");
    CHECK(list[5].at("plugin") == "server");
}
