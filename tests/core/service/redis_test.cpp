// SPDX-License-Identifier: Apache-2.0
// Redis where it is not a store like any other: signing in, going away and coming back.
#include <catch2/catch.hpp>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

#include <mortise/error.h>
#include <mortise/testing/fake_clock.h>

#include "core/net/certificate.h"
#include "core/service/loopback_server.h"
#include "service/event_bus.h"
#include "service/memory_store.h"
#include "service/redis/redis_store.h"
#include "service/system_clock.h"
#include "support/free_port.h"
#include "support/redis_server.h"

using namespace mortise;
using namespace mortise::service;
using namespace mortise::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;
using RedisClock = test::RedisServer::Clock;

namespace {

RedisSettings settings_for(const std::string& url) {
    RedisSettings settings;
    settings.address = RedisAddress::parse(url);
    settings.prefix = "test:";
    settings.connect_timeout = 10s;  // of what is not the matter
    settings.timeout = 10s;
    return settings;
}

RedisSettings impatient(const std::string& url) {
    RedisSettings settings = settings_for(url);
    settings.connect_timeout = settings.timeout = 50ms;
    return settings;
}

// A store whose breaker waits for the test.
struct Node {
    explicit Node(const RedisSettings& settings) : redis(settings, clock, Log{}), store(redis) {}

    testing::FakeClock clock;
    RedisStore redis;
    Store& store;

    /// What went wrong, as the log tells it; empty when nothing did.
    std::string fault(const std::function<void(Store&)>& call) {
        try {
            call(store);
            return {};
        } catch (const Error& error) {
            CHECK(error.code() == Code::unavailable);
            CHECK(error.retry_after() >= 1s);
            return error.private_detail();
        }
    }
    std::string fault() {
        return fault([](Store& any) { any.get("k"); });
    }
    void open_the_breaker() {
        while (redis.server().figures().spared == 0) CHECK_FALSE(fault().empty());
    }
};

// Counts on one thread, waits on another.
class Tally {
public:
    void operator++() {
        const std::lock_guard lock(mutex_);
        ++count_;
        changed_.notify_all();
    }
    void wait_for(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return count_ >= count; });
    }
    int count() {
        const std::lock_guard lock(mutex_);
        return count_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int count_ = 0;
};

std::string shown(const std::optional<std::string>& text) {
    return text ? "'" + *text + "'" : "none";
}
std::string shown(Store::Ttl ttl) {
    return ttl ? std::to_string(ttl->count()) : "for ever";
}

// One random call on few keys, and all that can be told of it.
std::string random_call(Store& store, std::minstd_rand random) {
    const auto one_of = [&](std::initializer_list<const char*> values) {
        return std::string(values.begin()[random() % values.size()]);
    };
    const std::string key = one_of({"a", "b", "c", ""});
    const std::string value = one_of({"1", "-3", "x", "", "007", "9223372036854775807"});
    const std::string field = one_of({"f", "g", ""});
    const Store::Ttl ttl = random() % 2 ? Store::Ttl(2 + random() % 40) : std::nullopt;
    const auto amount = static_cast<std::int64_t>(random() % 9) - 4;
    const auto ceiling = random() % 2 ? std::optional<std::int64_t>(random() % 7) : std::nullopt;
    switch (random() % 20) {
        case 0:
            return shown(store.get(key));
        case 1:
            store.set(key, value, ttl);
            return "set";
        case 2:
            return std::to_string(store.set_if_absent(key, value, ttl));
        case 3:
            return std::to_string(store.compare_and_set(key, value, "2", ttl));
        case 4:
            return std::to_string(store.compare_and_remove(key, value));
        case 5:
        case 6:
        case 7: {
            const auto added = store.add(key, amount, {.ttl = ttl, .at_most = ceiling});
            return std::to_string(added.value) + (added.stored ? " stored " : " refused ") +
                   shown(added.expires_in);
        }
        case 8:
            return shown(store.hash_get(key, field));
        case 9:
            return std::to_string(store.hash_set(key, field, value));
        case 10:
            return std::to_string(store.hash_remove(key, field));
        case 11:
            return std::to_string(store.hash_add(key, field, amount));
        case 12: {
            std::string all;
            for (const auto& [name, text] : store.hash_all(key)) all += name + '=' + text + ' ';
            return all;
        }
        case 13:
            return std::to_string(store.set_add(key, value));
        case 14:
            return std::to_string(store.set_remove(key, value));
        case 15:
            return std::to_string(store.set_contains(key, value)) + std::to_string(store.set_size(key));
        case 16: {
            std::string all;
            for (const auto& text : store.get_many({key, "b"})) all += shown(text);
            return all;
        }
        case 17:
            return std::to_string(store.remove(key)) + std::to_string(store.exists(key));
        case 18:
            return std::to_string(store.expire(key, ttl.value_or(Store::Milliseconds(5))));
        default:
            return shown(store.expires_in(key));
    }
}

std::string outcome_of_random_call(Store& store, std::uint32_t seed) {
    try {
        return random_call(store, std::minstd_rand(seed));
    } catch (const std::out_of_range&) {
        return "out of range";
    } catch (const std::logic_error&) {
        return "not this kind";
    }
}

}  // namespace

TEST_CASE("a server is named by an URL") {
    const auto plain = RedisAddress::parse("redis://cache.example.org");
    CHECK(plain.host == "cache.example.org");
    CHECK(plain.port == 6379);
    CHECK(plain.database == 0);
    CHECK_FALSE(plain.tls);
    CHECK(plain.password.empty());
    const auto whole = RedisAddress::parse("rediss://ann:p%40ss%3A/w@[::1]:7000/3");
    CHECK(whole.host == "::1");
    CHECK(whole.port == 7000);
    CHECK(whole.tls);
    CHECK(whole.user == "ann");
    CHECK(whole.password == "p@ss:/w");
    CHECK(whole.database == 3);
    CHECK(whole.shown() == "[::1]:7000/3");
    CHECK(RedisAddress::parse("redis://:secret@h").password == "secret");
    const auto socket = RedisAddress::parse("unix:///run/redis.sock?database=2&password=s%20t");
    CHECK(socket.path == "/run/redis.sock");
    CHECK(socket.database == 2);
    CHECK(socket.password == "s t");
}

TEST_CASE("what is no URL of Redis is refused, and no password told") {
    for (const char* url : {"",
                            "http://h",
                            "redis://",
                            "redis://:70000",
                            "redis://h:0",
                            "redis://h:x",
                            "redis://h/x",
                            "redis://h/-1",
                            "redis://user@h",
                            "redis://u:@h",
                            "redis://:%4@h",
                            "redis://:%zz@h",
                            "redis://[::1",
                            "redis://[::1]x",
                            "unix:",
                            "unix:/",
                            "unix:redis.sock",
                            "unix:/s?database",
                            "unix:/s?colour=red",
                            "redis://:secret@h:port"}) {
        INFO(url);
        try {
            RedisAddress::parse(url);
            FAIL("it was accepted");
        } catch (const std::invalid_argument& fault) {
            CHECK(std::string(fault.what()).find("secret") == std::string::npos);
        }
    }
}

TEST_CASE("replies are read however they are cut, and what is cut off is no reply") {
    const std::string bytes = "*5\r\n$5\r\na\0\r\nb\r\n:-7\r\n$-1\r\n*0\r\n*1\r\n+OK\r\n-ERR no\r\n"s;
    for (std::size_t piece : {1, 2, 3, 7, 100}) {
        std::size_t at = 0;
        RedisReader reader([&](std::span<char> room) -> std::size_t {
            if (at == bytes.size()) throw std::runtime_error("no more");
            const std::size_t size = std::min({piece, room.size(), bytes.size() - at});
            bytes.copy(room.data(), size, at);
            at += size;
            return size;
        });
        const RedisReply reply = reader.read();
        const auto* items = reply.list();
        REQUIRE(items);
        REQUIRE(items->size() == 5);
        CHECK(*(*items)[0].text() == std::string("a\0\r\nb", 5));
        CHECK(*(*items)[1].number() == -7);
        CHECK(std::holds_alternative<RedisReply::Nothing>((*items)[2].value));
        CHECK((*items)[3].list()->empty());
        CHECK(*(*items)[4].list()->front().text() == "OK");
        CHECK(reader.read().failure()->text == "ERR no");
        CHECK_THROWS_WITH(reader.read(), "no more");
    }
    for (std::size_t size = 0; size < bytes.size() - 9; ++size) {
        bool given = false;
        RedisReader reader([&](std::span<char> room) -> std::size_t {
            if (std::exchange(given, true) || size == 0) throw std::runtime_error("no more");
            return bytes.copy(room.data(), size);
        });
        INFO(size);
        CHECK_THROWS_WITH(reader.read(), "no more");
    }
}

TEST_CASE("who answers but is not Redis is told from a store that holds nothing") {
    for (const char* nonsense :
         {"HTTP/1.1 400 Bad Request\r\n\r\n", "$x\r\n", ":\r\n", "*1\r\n!\r\n", "\r\n"}) {
        LoopbackServer server([&](Poco::Net::StreamSocket& socket, int) {
            read_until(socket, "SETNAME");
            say(socket, nonsense);
            read_until(socket, "never");
        });
        Node node(settings_for("redis://127.0.0.1:" + std::to_string(server.port())));
        INFO(nonsense);
        CHECK(node.fault().find("not Redis") != std::string::npos);
    }
}

TEST_CASE("a value whose end is lost with the connection is no value") {
    LoopbackServer server([&](Poco::Net::StreamSocket& socket, int) {
        read_until(socket, "SETNAME");
        say(socket, "+OK\r\n");
        read_until(socket, "test:k");
        say(socket, "$8\r\nhalf");
    });
    Node node(settings_for("redis://127.0.0.1:" + std::to_string(server.port())));
    CHECK(node.fault().find("closed") != std::string::npos);
}

TEST_CASE("password, user and database are those of the URL") {
    test::RedisServer server(RedisClock::stands_still, {"--requirepass", "s3cret"});
    server.command("AUTH s3cret\r\nACL SETUSER ann on >h%i ~test:* &test:* +@all -@dangerous");
    CHECK(Node(settings_for(server.url())).fault().find("NOAUTH") != std::string::npos);
    CHECK(Node(settings_for(server.url() + "?password=wrong")).fault().find("WRONGPASS") !=
          std::string::npos);
    CHECK(Node(settings_for(server.url() + "?password=s3cret&database=99")).fault().find("out of range") !=
          std::string::npos);
    Node boss(settings_for(server.url() + "?password=s3cret&database=3"));
    boss.store.set("k", "three");
    Node ann(settings_for(server.url() + "?user=ann&password=h%25i&database=3"));
    CHECK(ann.store.get("k") == "three");
    CHECK_FALSE(Node(settings_for(server.url() + "?password=s3cret")).store.get("k"));
    Tally heard;
    const auto subscription = ann.store.subscribe("news", [&](std::string_view) { ++heard; });
    boss.store.publish("news", "");
    heard.wait_for(1);
}

TEST_CASE("TLS shows and checks certificates") {
    std::signal(SIGPIPE, SIG_IGN);  // as the program does
    const TestCertificate ours("localhost");
    const TestCertificate theirs("elsewhere");
    const std::string port = test::free_port();
    const test::RedisServer server(
        RedisClock::stands_still,
        {"--tls-port", port, "--tls-cert-file", ours.certificate(), "--tls-key-file", ours.key(),
         "--tls-ca-cert-file", ours.certificate(), "--tls-auth-clients", "yes"});
    RedisSettings settings = settings_for("rediss://localhost:" + port);
    settings.tls = {.authorities = ours.certificate(), .certificate = ours.certificate(), .key = ours.key()};
    Node node(settings);
    const std::string large(100'000, 'x');
    node.store.set("k", large);
    CHECK(node.store.get("k") == large);
    Tally heard;
    const auto subscription = node.store.subscribe("c", [&](std::string_view message) {
        if (message == large) ++heard;
    });
    for (int number = 0; number < 20; ++number) node.store.publish("c", large);
    heard.wait_for(20);

    settings.tls.authorities = theirs.certificate();
    CHECK_FALSE(Node(settings).fault().empty());
    settings.tls = {.authorities = ours.certificate(), .certificate = {}, .key = {}};
    CHECK_FALSE(Node(settings).fault().empty());
    CHECK_FALSE(Node(settings_for("redis://localhost:" + port)).fault().empty());
}

TEST_CASE("whatever is asked in whatever order, Redis answers as the memory does") {
    test::RedisServer& server = test::RedisServer::shared();
    server.empty();
    Node node(settings_for(server.url()));
    MemoryStore memory({}, node.clock, Log{});
    std::minstd_rand random(7);
    for (int round = 0; round < 20'000; ++round) {
        const auto seed = static_cast<std::uint32_t>(random());
        INFO("round " << round << ", seed " << seed);
        REQUIRE(outcome_of_random_call(node.store, seed) == outcome_of_random_call(memory, seed));
        if (seed % 8 != 0) continue;
        const std::chrono::milliseconds time(seed % 16);
        node.clock.advance(time);
        server.pass(time);
    }
}

TEST_CASE("scripts that the server forgot are sent again") {
    test::RedisServer& server = test::RedisServer::shared();
    server.empty();
    Node node(settings_for(server.url()));
    CHECK(node.store.add("n").value == 1);
    server.command("SCRIPT FLUSH");
    CHECK(node.store.add("n").value == 2);
}

TEST_CASE("a full server refuses what would grow it") {
    test::RedisServer server;
    Node node(settings_for(server.url()));
    node.store.set("k", "v");
    server.command("CONFIG SET maxmemory 1");
    CHECK(node.fault([](Store& store) { store.set("more", "v"); }).find("OOM") != std::string::npos);
    CHECK(node.fault([](Store& store) { store.add("n"); }).find("OOM") != std::string::npos);
    CHECK(node.store.get("k") == "v");
    CHECK(node.store.remove("k"));
}

TEST_CASE("callers wait in line for the one connection") {
    test::RedisServer& server = test::RedisServer::shared();
    server.empty();
    RedisSettings settings = settings_for(server.url());
    settings.pool = 1;
    Node node(settings);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 6; ++thread)
        threads.emplace_back([&] {
            for (int round = 0; round < 200; ++round) node.store.add("n");
        });
    for (auto& thread : threads) thread.join();
    CHECK(node.store.get("n") == "1200");
    CHECK(node.redis.server().figures().connects == 1);
    CHECK(node.redis.server().figures().idle == 1);
}

TEST_CASE("a restart between two calls costs neither") {
    test::RedisServer server;
    Node node(settings_for(server.url()));
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

TEST_CASE("channels and messages are bytes, and those of another prefix are not heard") {
    test::RedisServer& server = test::RedisServer::shared();
    server.empty();
    Node node(settings_for(server.url()));
    RedisSettings settings = settings_for(server.url());
    settings.prefix = "other:";
    Node other(settings);
    const std::string channel("#/\r\n\0*\xFF", 7);
    std::string bytes;
    for (int value = 0; value < 256; ++value) bytes += static_cast<char>(value);
    std::mutex mutex;
    std::vector<std::string> heard;
    Tally told;
    const auto subscription = node.store.subscribe(channel, [&](std::string_view message) {
        const std::lock_guard lock(mutex);
        heard.emplace_back(message);
        ++told;
    });
    other.store.publish(channel, "not for us");
    node.store.publish(channel, bytes);
    node.store.publish(channel, "");
    told.wait_for(2);
    CHECK(heard == std::vector<std::string>{bytes, ""});
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
    heard.wait_for(1);
    server.kill();
    CHECK_NOTHROW(here.publish("session.ended", {{"id", "lost"}}, Reach::all_nodes));
    server.start();
    gaps.wait_for(2);
    one.clock.advance(1s);
    here.publish("session.ended", {{"id", "s1"}}, Reach::all_nodes);
    heard.wait_for(2);
    CHECK(heard_here.count() == 3);
}
