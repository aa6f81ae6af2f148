// SPDX-License-Identifier: Apache-2.0
// The store on Redis beyond what store_test.cpp asks of every store.
#include <atomic>
#include <memory>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

#include "core/service/redis_node.h"
#include "service/memory_store.h"
#include "support/child_process.h"
#include "support/redis_server.h"

using namespace mortise;
using namespace mortise::service;
using namespace mortise::tests;

namespace {

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

// Forks: no other thread may run here.
TEST_CASE("eight processes of four threads admit exactly the ceiling, window after window") {
    test::RedisServer& server = test::RedisServer::shared();
    server.empty();
    for (int window = 0; window < 3; ++window) {
        std::vector<std::unique_ptr<test::ChildProcess>> processes;
        for (int number = 0; number < 8; ++number)
            processes.push_back(std::make_unique<test::ChildProcess>([&](const auto& send) {
                Node node(settings_for(server.url()));
                std::atomic<int> admitted = 0;
                std::vector<std::thread> threads;
                for (int thread = 0; thread < 4; ++thread)
                    threads.emplace_back([&] {
                        for (int tries = 0; tries < 250; ++tries)
                            if (node.store.add("window", 1, {.ttl = 1h, .at_most = 1'000}).stored) ++admitted;
                    });
                for (auto& thread : threads) thread.join();
                send(std::to_string(admitted));
            }));
        int admitted = 0;
        for (auto& process : processes) {
            std::string line;
            REQUIRE(process->read_line(line));
            admitted += std::stoi(line);
        }
        CHECK(admitted == 1'000);
        server.pass(1h);
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

TEST_CASE("a thread that must not wait is refused before anything is sent") {
    RedisSettings settings = settings_for(test::RedisServer::shared().url());
    settings.must_not_wait = [] { return true; };
    Node node(settings);
    CHECK_THROWS_AS(node.store.get("k"), std::logic_error);
    CHECK(node.redis.server().figures().commands == 0);
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
