// SPDX-License-Identifier: Apache-2.0
// What the store on Redis costs beside bare bytes on one connection, and what it carries.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "service/memory_store.h"
#include "service/redis/redis_store.h"
#include "service/system_clock.h"
#include "side_by_side.h"
#include "support/redis_server.h"

using namespace mortise;
using bench::Pair;

namespace {

/// One connection without any client: what Redis and the kernel take.
class Bare {
public:
    explicit Bare(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error("no connection to Redis");
    }
    ~Bare() { ::close(socket_); }
    Bare(const Bare&) = delete;

    /// Sends a command and takes an answer of so many bytes.
    void ask(const std::vector<std::string_view>& words, std::size_t answer) {
        std::string bytes;
        service::append_command(bytes, words);
        if (::send(socket_, bytes.data(), bytes.size(), 0) < 0) throw std::runtime_error("Redis is gone");
        for (std::size_t received = 0; received < answer;) {
            const ssize_t size = ::recv(socket_, room_.data(), room_.size(), 0);
            if (size <= 0) throw std::runtime_error("Redis is gone");
            received += static_cast<std::size_t>(size);
        }
    }

private:
    int socket_;
    std::vector<char> room_ = std::vector<char>(1 << 16);
};

std::size_t bulk(std::size_t size) {
    return 1 + std::to_string(size).size() + 2 + size + 2;
}

void compare_calls(Store& store, Bare& bare) {
    const std::string small(100, 's');
    const std::string large(10'000, 'l');
    store.set("small", small);
    store.set("large", large);
    store.add("counter", 1'000'000);
    std::vector<std::string> keys(100, "small");
    std::vector<std::string_view> many{"MGET"};
    many.insert(many.end(), keys.size(), "bench:small");
    const std::string ceiling = "1000000";
    bench::print_heading();
    bench::run({"get, 100 bytes",
                [&] {
                    bare.ask({"GET", "bench:small"}, bulk(100));
                },
                [&] { store.get("small"); }},
               300, 40);
    bench::run({"get, 10 kB",
                [&] {
                    bare.ask({"GET", "bench:large"}, bulk(10'000));
                },
                [&] { store.get("large"); }},
               300, 40);
    bench::run({"set with a life, 100 bytes",
                [&] {
                    bare.ask({"SET", "bench:other", small, "PX", "60000"}, 5);
                },
                [&] { store.set("other", small, std::chrono::minutes(1)); }},
               300, 40);
    bench::run({"add below a ceiling (raw: INCR)",
                [&] {
                    bare.ask({"INCR", "bench:raw"}, 4);
                },
                [&] { store.add("ours", 1, {.ttl = std::chrono::minutes(1), .at_most = 1'000'000'000}); }},
               300, 40);
    bench::run({"add, refused (raw: GET)",
                [&] {
                    bare.ask({"GET", "bench:counter"}, bulk(7));
                },
                [&] { store.add("counter", 1, {.ttl = std::chrono::minutes(1), .at_most = 1'000'000}); }},
               300, 40);
    bench::run({"get_many, 100 keys (raw: MGET)", [&] { bare.ask(many, 6 + 100 * bulk(100)); },
                [&] { store.get_many(keys); }},
               300, 4);
}

void count_on_many_threads(Store& store, const char* name) {
    constexpr int each = 20'000;
    for (const int count : {1, 4, 16}) {
        const auto begun = std::chrono::steady_clock::now();
        std::vector<std::thread> threads;
        for (int thread = 0; thread < count; ++thread)
            threads.emplace_back([&] {
                for (int round = 0; round < each / count; ++round)
                    store.add("many", 1, {.ttl = std::chrono::minutes(1), .at_most = 1'000'000'000});
            });
        for (auto& thread : threads) thread.join();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
        std::printf("add below a ceiling, %-6s %2d threads %22.0f /s\n", name, count, each / took.count());
    }
}

void deliver(Store& store, const char* name) {
    constexpr int count = 50'000;
    std::atomic<int> heard = 0;
    const auto subscription = store.subscribe("news",
                                              [&](std::string_view) {
                                                  ++heard;
                                                  heard.notify_all();
                                              },
                                              {});
    const std::string message(100, 'm');
    const auto begun = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread)
        threads.emplace_back([&] {
            for (int number = 0; number < count / 4; ++number) store.publish("news", message);
        });
    for (auto& thread : threads) thread.join();
    for (int seen = heard; seen < count; seen = heard) heard.wait(seen);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    std::printf("publish to delivery, %-6s  4 threads %22.0f /s\n", name, count / took.count());
}

}  // namespace

int main() {
    const test::RedisServer server(test::RedisServer::Clock::runs);
    const service::SystemClock clock;
    service::RedisSettings settings;
    settings.address = service::RedisAddress::parse(server.url());
    settings.prefix = "bench:";
    settings.timeout = std::chrono::seconds(10);
    service::RedisStore redis(settings, clock, Log{});
    service::MemoryStore memory({}, clock, Log{});
    Bare bare(server.socket_path());
    compare_calls(redis, bare);
    count_on_many_threads(memory, "memory");
    count_on_many_threads(redis, "redis");
    deliver(memory, "memory");
    deliver(redis, "redis");
}
