// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <algorithm>

#include <mortise/services/events.h>
#include <mortise/services/people.h>
#include <mortise/testing/test_host.h>

using mortise::Json;
using mortise::testing::TestHost;
using mortise::testing::TestResponse;

namespace {

TestResponse create(TestHost& host, const std::string& user, const mortise::JsonObject& body) {
    return host.post("/api/v1/tasks").as(user).json(body).send();
}

std::string id_of(const TestResponse& response) {
    return std::string(response.json().at("id").as_string());
}

std::vector<std::string> titles(const TestResponse& list) {
    const Json body = list.json();
    std::vector<std::string> found;
    for (const Json& task : body.at("data").as_array()) found.emplace_back(task.at("title").as_string());
    return found;
}

bool has_fault(const TestResponse& response, std::string_view pointer) {
    const Json body = response.json();
    const auto& errors = body.at("errors").as_array();
    return std::any_of(errors.begin(), errors.end(),
                       [&](const Json& fault) { return fault.at("pointer").as_string() == pointer; });
}

}  // namespace

TEST_CASE("a new task comes back whole, with its place and its ETag") {
    TestHost host("tasks");
    const auto created =
        create(host, "ann", {{"title", "Mow the lawn"}, {"dueDate", "2026-12-24T18:00:00+01:00"}});
    REQUIRE(created.status == 201);
    const Json task = created.json();
    CHECK(task.at("title") == "Mow the lawn");
    CHECK(task.at("description").is_null());
    CHECK(task.at("status") == "pending");
    CHECK(task.at("priority") == "medium");
    CHECK(task.at("dueDate") == "2026-12-24T17:00:00.000Z");
    CHECK(task.at("createdBy") == "ann");
    CHECK(task.at("version") == 1);
    CHECK(task.as_object().size() == 10);
    CHECK(created.header("location") == "/api/v1/tasks/" + id_of(created));
    CHECK(created.header("etag") == "\"v1\"");
}

TEST_CASE("every fault of a body is told with its pointer and nothing is stored") {
    TestHost host("tasks");
    const auto refused =
        create(host, "ann", {{"title", ""}, {"status", "someday"}, {"priority", 7}, {"dueDate", "tomorrow"}});
    REQUIRE(refused.status == 422);
    CHECK(has_fault(refused, "/title"));
    CHECK(has_fault(refused, "/status"));
    CHECK(has_fault(refused, "/priority"));
    CHECK(has_fault(refused, "/dueDate"));
    CHECK(host.post("/api/v1/tasks").as("ann").body("{\"title\":", "application/json").send().status == 400);
    CHECK(titles(host.get("/api/v1/tasks").as("ann").send()).empty());
}

TEST_CASE("nobody touches tasks without signing in") {
    TestHost host("tasks");
    const auto refused = host.get("/api/v1/tasks").send();
    CHECK(refused.status == 401);
    CHECK(refused.header("www-authenticate").starts_with("Bearer"));
    CHECK(host.post("/api/v1/tasks").json({{"title", "x"}}).send().status == 401);
    CHECK(host.get("/api/v1/tasks/stats").send().status == 401);
    CHECK(host.del("/api/v1/tasks/some-id").send().status == 401);
}

TEST_CASE("another user's task does not exist, an admin's reach is everybody's") {
    TestHost host("tasks");
    const std::string path = "/api/v1/tasks/" + id_of(create(host, "ann", {{"title", "Mine"}}));
    CHECK(host.get(path).as("ben").send().status == 404);
    CHECK(host.patch(path).as("ben").json({{"title", "His"}}).send().status == 404);
    CHECK(host.put(path).as("ben").json({{"title", "His"}}).send().status == 404);
    CHECK(host.del(path).as("ben").send().status == 404);
    CHECK(titles(host.get("/api/v1/tasks").as("ben").send()).empty());
    CHECK(host.get(path).as("root", "admin").send().status == 200);
    CHECK(titles(host.get("/api/v1/tasks").as("root", "admin").send()) == std::vector<std::string>{"Mine"});
    CHECK(host.get(path).as("ann").send().json().at("title") == "Mine");
}

TEST_CASE("PATCH changes what is sent, null empties what may be empty") {
    TestHost host("tasks");
    const std::string path =
        "/api/v1/tasks/" + id_of(create(host, "ann", {{"title", "Paint"}, {"description", "The door"}}));
    const auto changed = host.patch(path).as("ann").json({{"status", "completed"}}).send();
    REQUIRE(changed.status == 200);
    CHECK(changed.json().at("description") == "The door");
    CHECK(changed.json().at("status") == "completed");
    CHECK(changed.json().at("version") == 2);
    CHECK(host.patch(path)
              .as("ann")
              .json({{"description", nullptr}})
              .send()
              .json()
              .at("description")
              .is_null());
    CHECK(has_fault(host.patch(path).as("ann").json({{"title", nullptr}}).send(), "/title"));
}

TEST_CASE("PUT replaces a task; what is left out falls back to its default") {
    TestHost host("tasks");
    const std::string path =
        "/api/v1/tasks/" + id_of(create(host, "ann", {{"title", "A"}, {"priority", "high"}}));
    const auto replaced = host.put(path).as("ann").json({{"title", "B"}}).send();
    REQUIRE(replaced.status == 200);
    CHECK(replaced.json().at("title") == "B");
    CHECK(replaced.json().at("priority") == "medium");
    CHECK(host.put(path).as("ann").json({{"priority", "low"}}).send().status == 422);
}

TEST_CASE("a change on a stale copy is refused with 412") {
    TestHost host("tasks");
    const auto created = create(host, "ann", {{"title", "A"}});
    const std::string path = "/api/v1/tasks/" + id_of(created);
    const std::string first(created.header("etag"));
    CHECK(host.patch(path).as("ann").header("If-Match", first).json({{"title", "B"}}).send().status == 200);
    CHECK(host.patch(path).as("ann").header("If-Match", first).json({{"title", "C"}}).send().status == 412);
    CHECK(host.del(path).as("ann").header("If-Match", first).send().status == 412);
    CHECK(host.get(path).as("ann").send().json().at("title") == "B");
    CHECK(host.get(path).as("ann").header("If-None-Match", "\"v2\"").send().status == 304);
}

TEST_CASE("a deleted task is gone") {
    TestHost host("tasks");
    const std::string path = "/api/v1/tasks/" + id_of(create(host, "ann", {{"title", "A"}}));
    const auto deleted = host.del(path).as("ann").send();
    CHECK(deleted.status == 204);
    CHECK(deleted.body.empty());
    CHECK(host.get(path).as("ann").send().status == 404);
    CHECK(host.del(path).as("ann").send().status == 404);
}

TEST_CASE("cursors walk through every task once, whatever the order") {
    TestHost host("tasks");
    for (const char* title : {"c", "a", "e", "b", "d"}) {
        mortise::JsonObject body{{"title", title}};
        if (*title != 'e')
            body["dueDate"] = std::string("2026-12-0") + char('1' + (*title - 'a')) + "T00:00:00Z";
        REQUIRE(create(host, "ann", body).status == 201);
        host.clock().advance(std::chrono::seconds(1));
    }
    const auto [sort, expected] = GENERATE(table<std::string, std::string>({{"title", "abcde"},
                                                                            {"-title", "edcba"},
                                                                            {"createdAt", "caebd"},
                                                                            {"-createdAt", "dbeac"},
                                                                            {"dueDate", "abcde"},
                                                                            {"-dueDate", "edcba"}}));
    std::string walked;
    std::string cursor;
    for (int pages = 0; pages < 10; ++pages) {
        const auto page = host.get("/api/v1/tasks?limit=2&sort=" + sort + cursor).as("ann").send();
        REQUIRE(page.status == 200);
        for (const std::string& title : titles(page)) walked += title;
        if (!page.json().at("hasMore").as_bool()) break;
        cursor = "&cursor=" + std::string(page.json().at("nextCursor").as_string());
    }
    CHECK(walked == expected);
}

TEST_CASE("numbered pages tell how many there are") {
    TestHost host("tasks");
    for (int number = 0; number < 5; ++number) create(host, "ann", {{"title", "t"}});
    const auto page = host.get("/api/v1/tasks?page=2&limit=2").as("ann").send();
    REQUIRE(page.status == 200);
    CHECK(page.json().at("data").as_array().size() == 2);
    CHECK(page.json().at("pagination") ==
          Json{{"page", 2}, {"limit", 2}, {"total", 5}, {"totalPages", 3}, {"hasMore", true}});
}

TEST_CASE("a query with values that are not allowed is refused, never bent into shape") {
    TestHost host("tasks");
    const auto [query, pointer] =
        GENERATE(table<std::string, std::string>({{"limit=0", "query:limit"},
                                                  {"limit=101", "query:limit"},
                                                  {"limit=ten", "query:limit"},
                                                  {"page=0", "query:page"},
                                                  {"page=1000&limit=100", "query:page"},
                                                  {"cursor=nonsense", "query:cursor"},
                                                  {"status=someday", "query:status"},
                                                  {"sort=colour", "query:sort"},
                                                  {"dueBefore=soon", "query:dueBefore"}}));
    const auto refused = host.get("/api/v1/tasks?" + query).as("ann").send();
    CAPTURE(query);
    REQUIRE(refused.status == 422);
    CHECK(has_fault(refused, pointer));
}

TEST_CASE("filters and search narrow a list; a search has no wildcards") {
    TestHost host("tasks");
    create(host, "ann",
           {{"title", "Buy 100% juice"}, {"priority", "high"}, {"dueDate", "2026-12-01T00:00:00Z"}});
    create(host, "ann",
           {{"title", "Call Ben"}, {"description", "about the JUICE"}, {"dueDate", "2026-12-03T00:00:00Z"}});
    create(host, "ann", {{"title", "Sleep"}});
    const auto list = [&](const std::string& query) {
        return titles(host.get("/api/v1/tasks?sort=title&" + query).as("ann").send());
    };
    CHECK(list("search=juice") == std::vector<std::string>{"Buy 100% juice", "Call Ben"});
    CHECK(list("search=100%25") == std::vector<std::string>{"Buy 100% juice"});
    CHECK(list("search=%25") == std::vector<std::string>{"Buy 100% juice"});
    CHECK(list("priority=high") == std::vector<std::string>{"Buy 100% juice"});
    CHECK(list("dueAfter=2026-12-02T00:00:00Z") == std::vector<std::string>{"Call Ben"});
    CHECK(list("dueBefore=2026-12-02T00:00:00Z") == std::vector<std::string>{"Buy 100% juice"});
    CHECK(list("status=completed").empty());
}

TEST_CASE("statistics change at once and count one's own tasks only") {
    TestHost host("tasks");
    const std::string path = "/api/v1/tasks/" + id_of(create(host, "ann", {{"title", "A"}}));
    create(host, "ann", {{"title", "B"}, {"priority", "high"}, {"dueDate", "2000-01-01T00:00:00Z"}});
    create(host, "ben", {{"title", "C"}});
    host.patch(path).as("ann").json({{"status", "completed"}}).send();

    const Json own = host.get("/api/v1/tasks/stats").as("ann").send().json();
    CHECK(own.at("total") == 2);
    CHECK(own.at("overdue") == 1);
    CHECK(own.at("byStatus") == Json{{"completed", 1}, {"in-progress", 0}, {"pending", 1}});
    CHECK(own.at("byPriority") == Json{{"high", 1}, {"low", 0}, {"medium", 1}});

    CHECK(host.get("/api/v1/admin/stats").as("ann").send().status == 403);
    CHECK(host.get("/api/v1/admin/stats").as("root", "admin").send().json().at("total") == 3);
}

TEST_CASE("every write says whose lists and figures are stale") {
    TestHost host("tasks");
    const std::string path = "/api/v1/tasks/" + id_of(create(host, "ann", {{"title", "A"}}));
    host.patch(path).as("root", "admin").json({{"title", "B"}}).send();
    host.del(path).as("ann").send();
    const std::vector<std::string> each{"tasks:ann", "tasks-of:admin"};
    std::vector<std::string> expected;
    for (int write = 0; write < 3; ++write) expected.insert(expected.end(), each.begin(), each.end());
    CHECK(host.purged() == expected);
}

TEST_CASE("the states and priorities are the operator's choice") {
    TestHost host("tasks", "statuses: [open, done]\npriorities: [a, b]\n");
    const auto created = create(host, "ann", {{"title", "A"}});
    CHECK(created.json().at("status") == "open");
    CHECK(created.json().at("priority") == "a");
    CHECK(create(host, "ann", {{"title", "A"}, {"status", "pending"}}).status == 422);
}

TEST_CASE("the tasks of a deleted person are deleted too") {
    TestHost host("tasks");
    create(host, "ann", {{"title", "A"}});
    create(host, "ben", {{"title", "B"}});
    host.events().publish(mortise::person_deleted_topic, {{"userId", "ann"}});
    CHECK(host.run_jobs() == 1);
    CHECK(titles(host.get("/api/v1/tasks").as("root", "admin").send()) == std::vector<std::string>{"B"});
}
