// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/error.h>

#include "app.h"

using namespace mortise;
using namespace http_app;

namespace {

struct NewTask {
    std::string title;
    std::optional<int> weight;
};
BOOST_DESCRIBE_STRUCT(NewTask, (), (title, weight))

struct Filter {
    int limit = 20;
};
BOOST_DESCRIBE_STRUCT(Filter, (), (limit))

const std::string json_type = "application/json";

// A phase that writes down when it ran.
template <class Phase>
class NotedPhase : public Phase {
public:
    NotedPhase(std::string name, std::vector<std::string>& notes) : name_(std::move(name)), notes_(notes) {}
    Verdict before(Request&, const RouteDeclaration&) override {
        notes_.push_back(name_);
        return answer ? Verdict::answer(*answer) : Verdict::next();
    }
    void after(const Request&, const RouteDeclaration&, Response& response) override {
        notes_.push_back("/" + name_);
        response.set_header("x-" + name_, "was here");
    }
    std::optional<Response> answer;

private:
    std::string name_;
    std::vector<std::string>& notes_;
};

class NotedCache final : public NotedPhase<ResponseCache> {
public:
    using NotedPhase::NotedPhase;
    void purge(std::string_view) override {}
};

class NotedLimit final : public Limiter, public LimitPolicy {
public:
    explicit NotedLimit(std::vector<std::string>& notes) : notes_(notes) {}
    LimitPolicy* policy(std::string_view) override { return this; }
    LimitPolicy* policy_without_name(const RouteDeclaration&) override { return this; }
    const std::string& name() const override { return name_; }
    LimitAnswer decide(const Visitor&) override {
        notes_.push_back("limit");
        return LimitDecision{};
    }
    void tell(const LimitDecision&, Response& response) const override {
        notes_.push_back("/limit");
        response.set_header("x-limit", "was here");
    }

private:
    std::string name_ = "all";
    std::vector<std::string>& notes_;
};

struct NotedIdentity final : Identity {
    explicit NotedIdentity(std::vector<std::string>& notes) : notes(notes) {}
    Identified identify(const Request& request) const override {
        notes.push_back("identity");
        return known.identify(request);
    }
    Identified identify_token(std::string_view token) const override { return known.identify_token(token); }
    NamedIdentity known;
    std::vector<std::string>& notes;
};

}  // namespace

TEST_CASE("phases run in their fixed order, and their afters in reverse") {
    std::vector<std::string> notes;
    NotedIdentity identity(notes);
    NotedLimit limit(notes);
    NotedCache cache("cache", notes);
    NotedPhase<Idempotency> idempotency("idempotency", notes);
    App app;
    app.phases = {&identity, &cache, &idempotency};
    app.limiter = &limit;
    app.routes.add_after([&](const Request&, Response&) { notes.push_back("/middleware"); });
    app.routes.add_before([&](Request&) {
        notes.push_back("middleware");
        return Verdict::next();
    });
    app.get("/tasks",
            [&](const Request&) {
                notes.push_back("handler");
                return Response::text("tasks");
            })
        .requires_user()
        .cached(std::chrono::minutes(5), "tasks")
        .idempotent();

    auto asked = app.send("GET", "/tasks", {{"Authorization", "Bearer ann:user"}, {"Idempotency-Key", "k"}});
    CHECK(asked->status() == 200);
    CHECK(notes == std::vector<std::string>{"identity", "limit", "middleware", "cache", "idempotency",
                                            "handler", "/idempotency", "/cache", "/middleware", "/limit"});
    CHECK(asked->header("x-limit") == "was here");

    SECTION("a phase that answers ends the way, and only those passed are told") {
        notes.clear();
        cache.answer = Response::text("kept");
        asked = app.send("GET", "/tasks", {{"Authorization", "Bearer ann:user"}});
        CHECK(asked->text() == "kept");
        CHECK(notes == std::vector<std::string>{"identity", "limit", "middleware", "cache", "/cache",
                                                "/middleware", "/limit"});
    }
    SECTION("who may not come in is stopped in front of middleware and cache") {
        notes.clear();
        asked = app.send("GET", "/tasks");
        CHECK(asked->status() == 401);
        CHECK(notes == std::vector<std::string>{"limit", "/middleware", "/limit"});
    }
}

TEST_CASE("a route that needs a user answers 401, and says when a token was not accepted") {
    NamedIdentity identity;
    App app;
    app.phases.identity = &identity;
    app.get("/mine", [](const Request& request) { return Response::text(request.signed_in().id); })
        .requires_user();
    app.get("/open",
            [](const Request& request) { return Response::text(request.user() ? "known" : "nobody"); });
    app.get("/admin", says("secret")).requires_role("admin").requires_role("owner");

    CHECK(app.send("GET", "/mine", {{"Authorization", "Bearer ann:user"}})->text() == "ann");
    auto nobody = app.send("GET", "/mine");
    CHECK(nobody->status() == 401);
    CHECK(nobody->header("WWW-Authenticate") == "Bearer");
    CHECK(nobody->json().at("code") == "unauthenticated");
    auto expired = app.send("GET", "/mine", {{"Authorization", "Bearer old"}});
    CHECK(expired->status() == 401);
    CHECK(expired->header("WWW-Authenticate") == "Bearer error=\"invalid_token\"");
    CHECK(expired->text().find("old") == std::string::npos);
    CHECK(app.send("GET", "/open", {{"Authorization", "Bearer old"}})->text() == "nobody");

    CHECK(app.send("GET", "/admin")->status() == 401);
    auto user = app.send("GET", "/admin", {{"Authorization", "Bearer ann:user"}});
    CHECK(user->status() == 403);
    CHECK(user->text().find("secret") == std::string::npos);
    CHECK(app.send("GET", "/admin", {{"Authorization", "Bearer eve:owner"}})->status() == 200);
}

TEST_CASE("the body is bound, and everything wrong with it is told") {
    App app;
    Shape<NewTask> shape;
    shape.at(&NewTask::title).length(1, 5);
    app.post("/tasks", [](const Request& request) { return Response::text(request.body<NewTask>().title); })
        .body(shape)
        .query<Filter>()
        .returns<NewTask>(201);

    auto made = app.send("POST", "/tasks", {{"Content-Type", json_type}}, R"({"title":"Mow"})");
    CHECK(made->status() == 201);
    CHECK(made->text() == "Mow");

    auto broken = app.send("POST", "/tasks", {{"Content-Type", json_type}}, R"({"title":)");
    CHECK(broken->status() == 400);
    CHECK(broken->json().at("code") == "malformed_json");
    CHECK(app.send("POST", "/tasks", {{"Content-Type", json_type}})->status() == 400);
    CHECK(app.send("POST", "/tasks", {{"Content-Type", "text/xml"}}, "<a/>")->status() == 415);

    auto faulty = app.send("POST", "/tasks?limit=many", {{"Content-Type", json_type}}, R"({"weight":"x"})");
    CHECK(faulty->status() == 422);
    std::vector<std::string> pointers;
    const Json problem = faulty->json();
    for (const Json& fault : problem.at("errors").as_array())
        pointers.emplace_back(fault.at("pointer").as_string());
    CHECK(pointers == std::vector<std::string>{"query:limit", "/title", "/weight"});
}

TEST_CASE("a body announced as too large is refused before a byte of it is read") {
    App app;
    app.settings.max_body = 8;
    app.post("/small", says("ok"));
    app.post("/large", says("ok")).max_body(100);
    app.post("/stream", says("ok")).streamed_body().max_body(100);

    CHECK(app.send("POST", "/small", {}, "123456789")->status() == 413);
    CHECK(app.send("POST", "/small", {}, "12345678")->status() == 200);
    CHECK(app.send("POST", "/large", {}, "123456789")->status() == 200);
    auto streamed = app.send("POST", "/stream", {}, "123456789");
    CHECK(streamed->opened_limit == 100);
    CHECK(!streamed->deadline);
}

TEST_CASE("what is thrown becomes an answer, and the private half stays here") {
    App app;
    app.get("/conflict", [](const Request&) -> Response {
        throw Error(Code::conflict, "Taken.", "row 7").named("email_taken").with_header("X-Why", "because");
    });
    app.get("/crash", [](const Request&) -> Response { throw std::runtime_error("password=hunter2"); });
    app.get("/odd", [](const Request&) -> Response { throw 7; });
    app.get("/busy", [](const Request&) -> Response {
        throw Error(Code::unavailable, "Later.").retry_after(std::chrono::milliseconds(1200));
    });
    app.get("/split", [](const Request&) -> Response {
        throw Error(Code::conflict, "Taken.").with_header("X-Why", "a\r\nSet-Cookie: b=c");
    });
    app.get("/bare", [](const Request&) { return Response(404); });
    app.get("/nonsense", [](const Request&) { return Response(99); });

    auto conflict = app.send("GET", "/conflict");
    CHECK(conflict->status() == 409);
    CHECK(conflict->header("Content-Type") == "application/problem+json");
    CHECK(conflict->header("X-Why") == "because");
    CHECK(conflict->json().at("code") == "email_taken");
    CHECK(conflict->text().find("row 7") == std::string::npos);
    CHECK(app.log.has("what=Taken.: row 7 id=" + conflict->header("X-Request-Id")));

    auto crash = app.send("GET", "/crash", {{"X-Request-Id", "seen.1"}});
    CHECK(crash->status() == 500);
    CHECK(crash->json().at("detail") == "Something went wrong on our side.");
    CHECK(crash->text().find("hunter2") == std::string::npos);
    CHECK(app.log.has("request failed route=/crash code=internal what=password=hunter2 id=seen.1"));

    CHECK(app.send("GET", "/odd")->status() == 500);
    CHECK(app.send("GET", "/busy")->header("Retry-After") == "2");
    auto split = app.send("GET", "/split");
    CHECK(split->status() == 500);
    CHECK(split->header("Set-Cookie").empty());
    CHECK(app.send("GET", "/bare")->json().at("code") == "not_found");
    CHECK(app.send("GET", "/nonsense")->status() == 500);
}

TEST_CASE("free afters see every answer, also the server's own") {
    App app;
    app.routes.add_after(
        [](const Request&, Response& response) { response.set_header("x-greeting", "Hello"); });
    app.routes.add_after([](const Request&, Response& response) { response.set_header("x-api", "yes"); })
        .under("/api/");
    app.get("/api/things", says("things"));
    app.get("/other", [](const Request&) -> Response { throw Error(Code::conflict, "No."); });

    auto found = app.send("GET", "/api/things");
    CHECK(found->header("x-greeting") == "Hello");
    CHECK(found->header("x-api") == "yes");
    for (const auto& [method, target, status] : {std::tuple{"GET", "/nowhere", 404},
                                                 {"POST", "/other", 405},
                                                 {"GET", "/other", 409},
                                                 {"GET", "/%", 400}}) {
        auto refused = app.send(method, target);
        CHECK(refused->status() == status);
        CHECK(refused->header("x-greeting") == "Hello");
        CHECK(refused->header("x-api").empty());
    }
    CHECK(app.send("GET", "/api/nowhere")->header("x-api") == "yes");
}

TEST_CASE("an after runs where the before of its plugin ran, last first") {
    std::vector<std::string> notes;
    http::PluginRoutes first("first");
    http::PluginRoutes second("second");
    const auto before = [&notes](std::string name) {
        return [&notes, name = std::move(name)](Request& request) {
            notes.push_back(name);
            if (request.query("stop") == name) return Verdict::answer(Response::text("stopped", 200));
            return Verdict::next();
        };
    };
    const auto after = [&notes](std::string name) {
        return [&notes, name = std::move(name)](const Request&, Response&) { notes.push_back("/" + name); };
    };
    first.add_before(before("1"));
    first.add_after(after("1"));
    second.add_before(before("2"));
    second.add_after(after("2"));
    App app;
    app.sources_before = {{&first}, {&second}};
    app.routes.add_after(after("3"));
    app.get("/x", says("x"));

    app.send("GET", "/x")->run();
    CHECK(notes == std::vector<std::string>{"1", "2", "/3", "/2", "/1"});
    notes.clear();
    app.send("GET", "/x?stop=1")->run();
    CHECK(notes == std::vector<std::string>{"1", "/3", "/1"});
    notes.clear();
    app.send("GET", "/y")->run();
    CHECK(notes == std::vector<std::string>{"/3"});
}

TEST_CASE("no spelling of a path slips by a prefix") {
    App app;
    app.routes.add_before([](Request&) { return Verdict::answer(Response(403)); }).under("/files/private");
    app.routes.add_before([](Request&) { return Verdict::answer(Response(403)); }).under("/admin/");
    app.get("/files/{rest*}", says("a file"));
    app.get("/admin/{name}", says("admin"));

    CHECK(app.send("GET", "/files/public/a")->status() == 200);
    for (const char* target :
         {"/files/private/a", "/files/%70rivate/a", "/%66iles/private", "/admin/x", "/%61dmin/x"})
        CHECK(app.send("GET", target)->status() == 403);
    CHECK(app.send("GET", "/files/public%2F..%2Fprivate/a")->status() == 400);
}

TEST_CASE("an after that throws loses only its own work") {
    App app;
    app.routes.add_after([](const Request&, Response& response) { response.set_header("x-first", "1"); });
    app.routes.add_after([](const Request&, Response&) { throw std::runtime_error("after broke"); });
    app.get("/x", says("the answer"));
    auto asked = app.send("GET", "/x");
    CHECK(asked->status() == 200);
    CHECK(asked->text() == "the answer");
    CHECK(asked->header("x-first") == "1");
    CHECK(app.log.has("what=after broke"));
}

TEST_CASE("an exchange serves one request after the other and keeps nothing of the last") {
    NamedIdentity identity;
    App app;
    app.phases.identity = &identity;
    app.get("/who/{name}", [](const Request& request) {
        return Response::text(std::string(request.param("name")) + (request.user() ? " known" : " nobody"));
    });
    app.application();
    struct Reused final : http::Exchange {
        void collect_body(std::uint64_t, Continuation then) override { then(); }
        void open_body(std::uint64_t) override {}
        bool awaits_body() override { return false; }
        void post(Continuation task) override { task(); }
        void set_deadline(std::chrono::steady_clock::time_point, Continuation) override {}
        void respond(Response&& response) override { answer = std::move(response); }
        mortise::net::EventLoop* loop() override { return nullptr; }
        void on_abandoned(Continuation) override {}
        void take_over(Taken) override {}
        bool on_loop_thread() const override { return true; }
        Response answer;
    };
    auto exchange = std::make_shared<Reused>();
    const auto ask = [&](std::string_view path, std::vector<HeaderView> headers) {
        exchange->parts().reset();
        exchange->head_lines().clear();
        exchange->parts().path = path;
        exchange->parts().headers = std::move(headers);
        app.application().handle(exchange);
        return std::string(exchange->answer.body_text());
    };
    CHECK(ask("/who/ann", {{"Authorization", "Bearer ann:user"}}) == "ann known");
    CHECK(ask("/who/eve", {}) == "eve nobody");
}
