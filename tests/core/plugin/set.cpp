// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "local_plugin.h"
#include "stand.h"

using namespace mortise;
using mortise::plugin::PluginFaults;
using mortise::plugin::PluginSet;
using mortise::plugin::PluginSource;
using mortise::plugin::WorkerPool;
using mortise::test::local;
using mortise::test::LocalPlugin;
using mortise::test::Stand;

namespace {

class Greeter {
public:
    static constexpr std::string_view service = "greeter";
    virtual ~Greeter() = default;
    virtual std::string greet() const = 0;
};

class Hello final : public Greeter {
public:
    std::string greet() const override { return "hello"; }
};

/// Another idea of what a greeter is.
class Impostor {
public:
    static constexpr std::string_view service = "greeter";
};

struct Handlers {
    Response answer(const Request&) const { return Response::text("ok"); }
    Json wave(Socket&, const Message&) const { return nullptr; }
};
const Handlers handlers;

Hello hello;

struct SetFixture {
    Stand stand;
    WorkerPool pool;
    std::vector<PluginSource> sources;
    std::unique_ptr<PluginSet> set;

    PluginSet& make() {
        set = std::make_unique<PluginSet>(sources, stand.services(), pool);
        return *set;
    }
    /// The lines of the faults of a call.
    template <class Call>
    static std::vector<std::string> faults_of(Call call) {
        try {
            call();
        } catch (const PluginFaults& faults) {
            return faults.lines();
        }
        return {};
    }
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(SetFixture, "plugins start in the order of the list and stop in the reverse") {
    std::string told;
    const auto script = [&](std::string name) {
        return LocalPlugin::Script{[&told, name](Host&) { told += "start " + name + ", "; },
                                   [&told, name] { told += "ready " + name + ", "; },
                                   [&told, name] { told += "stop " + name + ", "; },
                                   [&told, name] { told += "destroy " + name + ", "; }};
    };
    sources = {local("auth", LocalPlugin::entry<1>(script("auth"))),
               local("chat", LocalPlugin::entry<2>(script("chat")))};
    make().load();
    set->start();
    CHECK(told == "start auth, start chat, ");
    set->ready();
    set->stop();
    set->stop();
    CHECK(told ==
          "start auth, start chat, ready auth, ready chat, "
          "stop chat, stop auth, destroy chat, destroy auth, ");
}

TEST_CASE_METHOD(SetFixture, "stop reaches only plugins that were made ready") {
    bool has_stopped = false;
    sources = {local("auth", LocalPlugin::entry<1>({.stop = [&] { has_stopped = true; }}))};
    make().load();
    set->start();
    set.reset();
    CHECK_FALSE(has_stopped);
}

TEST_CASE_METHOD(SetFixture, "what a plugin registers is found under its name, with its lane") {
    sources = {local("chat", LocalPlugin::entry<1>({.start = [](Host& host) {
                         host.http().get("/chats", &handlers, &Handlers::answer);
                         host.sockets().on("chat:wave", &handlers, &Handlers::wave);
                     }}))};
    sources[0].host.deadline = std::chrono::seconds(3);
    make().load();
    set->start();
    const auto routes = set->routes();
    REQUIRE(routes.size() == 1);
    CHECK(routes[0].routes->plugin() == "chat");
    CHECK(routes[0].routes->routes().at(0).path == "/chats");
    CHECK(routes[0].routes->routes().at(0).deadline == std::chrono::seconds(3));
    CHECK(routes[0].lane == set->bulkhead("chat"));
    CHECK(set->sockets().at(0).sockets->events().at(0).event == "chat:wave");
    CHECK(set->states().at(0).generation > 0);
}

TEST_CASE_METHOD(SetFixture, "a plugin that throws in start is named, with all others that do") {
    sources = {
        local("a", LocalPlugin::entry<1>({.start = [](Host&) { throw std::runtime_error("no key"); }})),
        local("b", LocalPlugin::entry<2>({.start = [](Host&) { throw 42; }})),
        local("c", LocalPlugin::entry<3>({.start = [](Host& host) { host.options().text("gone"); }}))};
    make().load();
    const Lines lines = faults_of([&] { set->start(); });
    REQUIRE(lines.size() == 3);
    CHECK(lines[0] == "a failed in start(): no key");
    CHECK(lines[1] == "b failed in start(): it threw an object of type int");
    CHECK(lines[2].find("c failed in start(): ") == 0);
}

TEST_CASE_METHOD(SetFixture, "a plugin with on_error skip is left out, and nothing it registered stays") {
    bool is_destroyed = false;
    sources = {local("broken",
                     LocalPlugin::entry<1>({.start =
                                                [](Host& host) {
                                                    host.provide<Greeter>(hello);
                                                    host.jobs().every(std::chrono::seconds(5), "broken.tick");
                                                    host.http().get("/x", &handlers, &Handlers::answer);
                                                    throw std::runtime_error("no key");
                                                },
                                            .destroy = [&] { is_destroyed = true; }})),
               local("good", LocalPlugin::entry<2>({.start = [](Host& host) {
                         host.http().get("/x", &handlers, &Handlers::answer);
                     }}))};
    sources[0].provides = {"greeter"};
    sources[0].host.skip_on_error = true;
    make().load();
    set->start();
    set->ready();
    CHECK(is_destroyed);
    CHECK(set->routes().size() == 1);
    CHECK(set->find<Greeter>() == nullptr);
    CHECK(stand.jobs.names.empty());
    CHECK(set->states().at(0).left_out == "broken failed in start(): no key");
    CHECK(set->states().at(1).left_out.empty());
    CHECK(stand.log.lines ==
          Lines{"a plugin is left out plugin=broken reason=broken failed in start(): no key"});
}

TEST_CASE_METHOD(SetFixture, "who needs a service of a plugin that was left out is told, or left out too") {
    sources = {
        local("auth", LocalPlugin::entry<1>({.start = [](Host&) { throw std::runtime_error("no key"); }})),
        local("tasks", LocalPlugin::entry<2>({}))};
    sources[0].provides = sources[1].needs = {"greeter"};
    sources[0].host.skip_on_error = true;
    const std::string line = "tasks requires greeter, which auth provides, and that was left out";

    SECTION("told") {
        make().load();
        CHECK(faults_of([&] { set->start(); }) == Lines{line});
    }
    SECTION("left out") {
        sources[1].host.skip_on_error = true;
        make().load();
        set->start();
        CHECK(set->routes().empty());
        CHECK(set->states().at(1).left_out == line);
    }
}

TEST_CASE_METHOD(SetFixture, "a service reaches those that start later, by its interface") {
    std::string heard;
    sources = {
        local("auth", LocalPlugin::entry<1>({.start = [](Host& host) { host.provide<Greeter>(hello); }})),
        local("tasks", LocalPlugin::entry<2>({.start = [&](Host& host) {
                  heard = host.use<Greeter>().greet() + host.find<Greeter>()->greet();
              }}))};
    sources[0].provides = sources[1].needs = {"greeter"};
    make().load();
    set->start();
    CHECK(heard == "hellohello");
    CHECK(set->find<Greeter>() == &hello);
}

TEST_CASE_METHOD(SetFixture, "services and manifests must agree") {
    sources = {
        local("auth", LocalPlugin::entry<1>({.start = [](Host& host) { host.provide<Greeter>(hello); }})),
        local("lazy", LocalPlugin::entry<2>({})),
        local("tasks", LocalPlugin::entry<3>({.start = [](Host& host) { host.use<Greeter>(); }})),
        local("odd", LocalPlugin::entry<4>({.start = [](Host& host) { host.find<Impostor>(); }}))};
    sources[1].provides = {"mirror"};
    make();
    set->provide<Greeter>(hello);
    set->load();
    const Lines lines = faults_of([&] { set->start(); });
    REQUIRE(lines.size() == 4);
    CHECK(lines[0] ==
          "auth failed in start(): start() provides the service greeter, which plugin.yaml does not name "
          "under provides:");
    CHECK(lines[1] ==
          "lazy failed in start(): plugin.yaml promises the service mirror, but start() provided none");
    CHECK(lines[2] ==
          "tasks failed in start(): the service greeter is used, but plugin.yaml does not name it under "
          "requires:");
    CHECK(lines[3].find("odd failed in start(): the service greeter is provided as") == 0);
}

TEST_CASE_METHOD(SetFixture, "registering after start is a fault of the program") {
    Host* kept = nullptr;
    sources = {local("auth", LocalPlugin::entry<1>({.start = [&](Host& host) { kept = &host; }}))};
    sources[0].provides = {};
    make().load();
    set->start();
    CHECK_THROWS_AS(kept->http().get("/late", &handlers, &Handlers::answer), std::logic_error);
    CHECK_THROWS_AS(kept->sockets().on("late", &handlers, &Handlers::wave), std::logic_error);
    CHECK_THROWS_AS(kept->provide<Greeter>(hello), std::logic_error);
    CHECK_THROWS_AS(kept->jobs().daily(std::chrono::hours(1), "auth.late"), std::logic_error);
}

TEST_CASE_METHOD(SetFixture, "jobs are handed on when the plugin is ready, under the plugin's name") {
    sources = {local("chat", LocalPlugin::entry<1>({.start = [](Host& host) {
                         host.jobs().handle("chat.deliver", [](const Job&) {});
                         host.jobs().daily(std::chrono::hours(3), "chat.sweep");
                         CHECK_THROWS_AS(host.jobs().handle("tasks.steal", [](const Job&) {}),
                                         std::invalid_argument);
                     }}))};
    make().load();
    set->start();
    CHECK(stand.jobs.names.empty());
    set->ready();
    CHECK(stand.jobs.names == Lines{"chat.deliver", "daily chat.sweep"});
}

TEST_CASE_METHOD(SetFixture,
                 "a fault in ready is told; it leaves a plugin out unless others may hold its services") {
    sources = {local("auth", LocalPlugin::entry<1>({.start = [](Host& host) { host.provide<Greeter>(hello); },
                                                    .ready = [] { throw std::runtime_error("no key"); }})),
               local("chat", LocalPlugin::entry<2>({.ready = [] { throw 'x'; }}))};
    sources[0].provides = {"greeter"};
    sources[0].host.skip_on_error = sources[1].host.skip_on_error = true;
    make().load();
    set->start();
    CHECK(faults_of([&] { set->ready(); }) == Lines{"auth failed in ready(): no key"});
    CHECK(set->states().at(1).left_out == "chat failed in ready(): it threw an object of type char");
}

TEST_CASE_METHOD(SetFixture, "ready tells whether it left a plugin out, with all it registered") {
    sources = {
        local("good",
              LocalPlugin::entry<1>(
                  {.start = [](Host& host) { host.http().get("/x", &handlers, &Handlers::answer); }})),
        local("broken", LocalPlugin::entry<2>({.start =
                                                   [](Host& host) {
                                                       host.http().get("/y", &handlers, &Handlers::answer);
                                                       host.sockets().on("y", &handlers, &Handlers::wave);
                                                   },
                                               .ready = [] { throw std::runtime_error("no key"); }}))};
    sources[1].host.skip_on_error = true;
    SECTION("one was left out") {
        make().load();
        set->start();
        CHECK(set->routes().size() == 2);
        CHECK(set->ready());
        CHECK(set->routes().size() == 1);
        CHECK(set->sockets().size() == 1);
    }
    SECTION("none was") {
        sources.pop_back();
        make().load();
        set->start();
        CHECK_FALSE(set->ready());
    }
}

TEST_CASE_METHOD(SetFixture, "a job that can't be handed on is fatal: those before it can't be taken back") {
    sources = {local("chat", LocalPlugin::entry<1>({.start = [](Host& host) {
                         host.jobs().handle("chat.deliver", [](const Job&) {});
                         host.jobs().handle("chat.deliver", [](const Job&) {});
                     }}))};
    sources[0].host.skip_on_error = true;
    make().load();
    set->start();
    CHECK(faults_of([&] { set->ready(); }) ==
          Lines{"chat failed in ready(): the job chat.deliver has a handler already"});
}

TEST_CASE_METHOD(SetFixture, "what stop throws is logged, and the others are stopped") {
    bool has_stopped = false;
    sources = {local("auth", LocalPlugin::entry<1>({.stop = [&] { has_stopped = true; }})),
               local("chat", LocalPlugin::entry<2>({.stop = [] { throw 1; }}))};
    make().load();
    set->start();
    set->ready();
    set->stop();
    CHECK(has_stopped);
    CHECK(stand.log.lines ==
          Lines{"a plugin failed in stop() plugin=chat reason=it threw an object of type int"});
}

TEST_CASE_METHOD(SetFixture, "events of two plugins that meet are refused at start") {
    const auto wave = [](Host& host) { host.sockets().on("wave", &handlers, &Handlers::wave); };
    sources = {local("chat", LocalPlugin::entry<1>({.start = wave})),
               local("calls", LocalPlugin::entry<2>({.start = wave}))};
    make().load();
    CHECK(faults_of([&] { set->start(); }) == Lines{"chat and calls both register the event 'wave'"});
}

TEST_CASE_METHOD(SetFixture, "a purge reaches whoever listens, and is nothing when nobody does") {
    std::string purged;
    stand.on_purge = [&](std::string_view tag) { purged += tag; };
    sources = {local("tasks", LocalPlugin::entry<1>({.start = [](Host& host) { host.purge("tasks:7"); }}))};
    make().load();
    set->start();
    CHECK(purged == "tasks:7");
}

TEST_CASE_METHOD(SetFixture, "faults of the order are told before any plugin is made") {
    bool is_made = false;
    sources = {local("tasks", LocalPlugin::entry<1>({.destroy = [&] { is_made = true; }})),
               local("auth", LocalPlugin::entry<2>({}))};
    sources[0].needs = {"identity"};
    sources[1].provides = {"identity"};
    make();
    CHECK(faults_of([&] { set->load(); }) ==
          Lines{"tasks requires identity, which auth provides: move auth before tasks in plugins:"});
    set.reset();
    CHECK_FALSE(is_made);
}
