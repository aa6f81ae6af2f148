// SPDX-License-Identifier: Apache-2.0
// Redis goes away, is silent, and comes back.
#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "core/service/redis_node.h"
#include "service/event_bus.h"
#include "service/system_clock.h"
#include "support/free_port.h"
#include "support/redis_server.h"

using namespace mortise;
using namespace mortise::service;
using namespace mortise::tests;

namespace {

class Lines final : public LogSink {
public:
    Log log() { return {*this, "redis", level_}; }
    void write(const LogRecord& record) noexcept override {
        const std::lock_guard lock(mutex_);
        texts_.emplace_back(record.text);
    }
    std::ptrdiff_t count(std::string_view part) {
        const std::lock_guard lock(mutex_);
        return std::ranges::count_if(texts_, [&](const auto& text) { return text.find(part) != text.npos; });
    }

private:
    const std::atomic<LogLevel> level_ = LogLevel::info;
    std::mutex mutex_;
    std::vector<std::string> texts_;
};

}  // namespace

TEST_CASE("a restart between two calls costs neither") {
    const std::string port = test::free_port();
    test::RedisServer server(test::RedisServer::Clock::stands_still, {"--port", port});
    Node node(settings_for("redis://localhost:" + port));
    node.store.set("k", "v");
    server.kill();
    server.start();
    CHECK_FALSE(node.store.get("k"));
    CHECK(node.redis.server().figures().failures == 0);
}

TEST_CASE("with the server away calls fail at once, and it is found again when it is back") {
    test::RedisServer server;
    Node node(settings_for(server.url()));
    node.store.set("k", "v");
    server.kill();
    node.open_the_breaker();
    server.start();
    CHECK(node.fault().find("a moment ago") != std::string::npos);
    node.clock.advance(1s);
    CHECK(node.fault().empty());
    CHECK(node.fault().empty());
}

TEST_CASE("a server that is there but silent is waited for no longer than told") {
    test::RedisServer server;
    Node node(impatient(server.url()));
    CHECK_NOTHROW(node.store.set("k", "v"));
    server.freeze();
    CHECK(node.fault().find("silent") != std::string::npos);
    CHECK(node.fault().find("silent") !=
          std::string::npos);  // on a connection of its own, which it cannot have
    node.open_the_breaker();
    node.clock.advance(1s);
    CHECK(node.fault().find("silent") != std::string::npos);
    CHECK(node.fault().find("a moment ago") != std::string::npos);
    server.thaw();
    node.clock.advance(1s);
    CHECK(node.store.get("k") == "v");
}

TEST_CASE("a server that evicts is told of in the log, once") {
    test::RedisServer server;
    SystemClock clock;
    const auto warnings_of = [&](int checks) {
        Lines lines;
        RedisStore redis(settings_for(server.url()), clock, lines.log());
        for (int check = 0; check < checks; ++check) redis.server().check();
        return lines.count("evicts when it is full");
    };
    CHECK(warnings_of(1) == 0);
    server.command("CONFIG SET maxmemory 100mb");
    CHECK(warnings_of(1) == 0);
    server.command("CONFIG SET maxmemory-policy allkeys-lru");
    CHECK(warnings_of(3) == 1);
}

TEST_CASE("under load every failure of a server that comes and goes says when to try again") {
    test::RedisServer server;
    SystemClock clock;
    RedisSettings settings = settings_for(server.url());
    settings.pool = 3;
    settings.breaker.open_for = 20ms;
    RedisStore redis(settings, clock, Log{});
    Store& store = redis;
    std::atomic<bool> stop = false;
    std::atomic<int> answered = 0;
    std::atomic<int> refused = 0;
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread)
        threads.emplace_back([&] {
            while (!stop) {
                try {
                    store.add("n", 1, {.ttl = 1h, .at_most = 1'000'000'000});
                    ++answered;
                } catch (const Error& error) {
                    ++(error.code() == Code::unavailable && error.retry_after() ? refused : wrong);
                } catch (...) {
                    ++wrong;
                }
            }
        });
    const auto more = [](const std::atomic<int>& count) {
        for (const int before = count; count < before + 200;) std::this_thread::yield();
    };
    for (int round = 0; round < 3; ++round) {
        more(answered);
        server.kill();
        more(refused);
        server.start();
    }
    more(answered);
    stop = true;
    for (auto& thread : threads) thread.join();
    CHECK(wrong == 0);
}

TEST_CASE("whoever listens is told of the gap when the server is back, before the next message") {
    test::RedisServer server;
    Node node(settings_for(server.url()));
    std::mutex mutex;
    std::vector<std::string> heard;
    Tally told;
    const auto say = [&](std::string what) {
        const std::lock_guard lock(mutex);
        heard.push_back(std::move(what));
        ++told;
    };
    const auto one = node.store.subscribe(
        "a", [&](std::string_view message) { say(std::string(message)); }, [&] { say("gap"); });
    node.store.publish("a", "before");
    told.wait_for(1);
    server.kill();
    server.start();
    told.wait_for(2);
    node.store.publish("a", "after");
    told.wait_for(3);
    CHECK(heard == std::vector<std::string>{"before", "gap", "after"});
    CHECK(node.redis.subscriber().figures().losses == 1);
}

TEST_CASE("a connection for messages that is cut or falls silent is replaced") {
    test::RedisServer server;
    RedisSettings settings = settings_for(server.url());
    settings.timeout = 50ms;
    Node node(settings);
    Tally gaps;
    Tally messages;
    const auto subscription = node.store.subscribe(
        "a", [&](std::string_view) { ++messages; }, [&] { ++gaps; });
    server.command("CLIENT KILL TYPE pubsub");
    gaps.wait_for(1);
    server.freeze();
    for (int tries = 0; node.redis.subscriber().figures().is_connected; ++tries) std::this_thread::yield();
    server.thaw();
    gaps.wait_for(2);
    Node(settings_for(server.url())).store.publish("a", "");
    messages.wait_for(1);
}

TEST_CASE("a subscription while the server is away begins when it comes, with a gap") {
    test::RedisServer server;
    server.kill();
    Node node(settings_for(server.url()));
    Tally gaps;
    Tally messages;
    const auto one = node.store.subscribe(
        "a", [&](std::string_view) { ++messages; }, [&] { ++gaps; });
    const auto two = node.store.subscribe(
        "b", [&](std::string_view) { ++messages; }, [&] { ++gaps; });
    server.start();
    gaps.wait_for(2);
    node.store.publish("a", "");
    node.store.publish("b", "");
    messages.wait_for(2);
}

TEST_CASE("listeners come and go on many threads while the connection is cut again and again") {
    test::RedisServer server;
    SystemClock clock;
    RedisStore redis(settings_for(server.url()), clock, Log{});
    Store& store = redis;
    Tally kept_heard;
    const auto kept = store.subscribe("kept", [&](std::string_view) { ++kept_heard; });
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 3; ++thread)
        threads.emplace_back([&, thread] {
            for (int round = 0; round < 60; ++round) {
                auto here = std::make_unique<std::atomic<int>>(0);
                const auto mine = store.subscribe(
                    "c" + std::to_string((thread + round) % 4), [&](std::string_view) { ++*here; },
                    [&] { ++*here; });
                if (round % 20 == 10) server.command("CLIENT KILL TYPE pubsub");
            }
        });
    for (auto& thread : threads) thread.join();
    // Whatever happened, who stayed hears again.
    while (kept_heard.count() == 0) store.publish("kept", "");
    SUCCEED();
}

TEST_CASE("a node whose events could not be sent makes the others read again, though they lost nothing") {
    test::RedisServer server;
    server.command("ACL SETUSER ann on nopass ~* +@all resetchannels");
    Node one(settings_for(server.url() + "?user=ann&password=any"));
    Node two(settings_for(server.url()));
    EventBus here_bus("n1", &one.store, Log{});
    EventBus there_bus("n2", &two.store, Log{});
    Events& here = here_bus;
    Events& there = there_bus;
    Tally heard;
    Tally gaps;
    const auto listens = there.subscribe(
        "session.ended", [&](const Event&) { ++heard; }, [&] { ++gaps; });
    here.publish("session.ended", {{"id", "lost"}});
    while (one.redis.server().figures().failures == 0) std::this_thread::yield();
    server.command("ACL SETUSER ann &*");
    gaps.wait_for(1);
    here.publish("session.ended", {{"id", "s1"}});
    heard.wait_for(1);
    CHECK(heard.count() == 1);
    CHECK(two.redis.subscriber().figures().losses == 0);
}

TEST_CASE("events of one node reach the other over Redis, and both hear of a gap") {
    test::RedisServer server;
    Node one(settings_for(server.url()));
    Node two(settings_for(server.url()));
    EventBus here_bus("n1", &one.store, Log{});
    EventBus there_bus("n2", &two.store, Log{});
    Events& here = here_bus;
    Events& there = there_bus;
    Tally heard;
    Tally heard_here;
    Tally gaps;
    const auto listens = there.subscribe(
        "session.ended",
        [&](const Event& event) {
            if (!event.from_here && event.payload.at("id") == "s1") ++heard;
        },
        [&] { ++gaps; });
    const auto own = here.subscribe(
        "session.ended", [&](const Event&) { ++heard_here; }, [&] { ++gaps; });
    here.publish("session.ended", {{"id", "s1"}}, Reach::all_nodes);
    CHECK(heard_here.count() == 1);
    heard.wait_for(1);
    server.kill();
    here.publish("session.ended", {{"id", "lost"}}, Reach::all_nodes);
    CHECK(heard_here.count() == 2);
    server.start();
    gaps.wait_for(2);
    one.clock.advance(1s);
    here.publish("session.ended", {{"id", "s1"}}, Reach::all_nodes);
    heard.wait_for(2);
    CHECK(heard_here.count() == 3);
}
