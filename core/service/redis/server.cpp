// SPDX-License-Identifier: Apache-2.0
#include "service/redis/server.h"

#include <Poco/SHA1Engine.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace mortise::service {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds try_again{1};

// What a server says that can't serve at the moment; some of it holds as long as the connection does.
constexpr std::array unavailable_kinds{"LOADING",     "BUSY",     "MASTERDOWN", "READONLY", "MISCONF",
                                       "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS", "NOAUTH",   "WRONGPASS"};
constexpr std::array lasting_kinds{"LOADING", "MASTERDOWN", "READONLY", "NOAUTH"};

std::string_view kind_of(const RedisReply::Failure& failure) {
    return std::string_view(failure.text).substr(0, failure.text.find(' '));
}

template <class Kinds>
bool is_one_of(const Kinds& kinds, std::string_view kind) {
    return std::ranges::find(kinds, kind) != kinds.end();
}

[[noreturn]] void raise(const RedisReply::Failure& failure) {
    const std::string& text = failure.text;
    const auto says = [&](std::string_view what) { return text.find(what) != text.npos; };
    if (says("WRONGTYPE")) throw std::logic_error("the store holds another kind under this key");
    if (says("not an integer")) throw std::logic_error("the store holds no whole number under this key");
    if (says("would overflow")) throw std::out_of_range("a number in the store would overflow");
    if (text.starts_with("OOM"))
        throw Error(Code::unavailable, "The server is short of memory. Try again later.", "redis: " + text)
            .retry_after(try_again);
    if (is_one_of(unavailable_kinds, kind_of(failure)) || says("max number of clients"))
        throw redis_unavailable(text);
    throw std::runtime_error("redis refused a command: " + text);
}

RedisReply checked(RedisReply reply) {
    if (const auto* failure = reply.failure()) raise(*failure);
    return reply;
}

PoolLimits limits_of(const RedisSettings& settings) {
    PoolLimits limits;
    limits.max = std::max<std::size_t>(1, settings.pool);
    limits.min = 1;
    limits.wait = settings.timeout;
    limits.unavailable = &redis_unavailable;
    return limits;
}

}  // namespace

RedisScript::RedisScript(std::string_view source) : source_(source) {
    Poco::SHA1Engine engine;
    engine.update(source_);
    hash_ = Poco::DigestEngine::digestToHex(engine.digest());
}

Error redis_unavailable(std::string private_detail) {
    return Error(Code::unavailable, "Shared state is not available at the moment.",
                 "redis: " + std::move(private_detail))
        .named("store_unavailable")
        .retry_after(try_again);
}

RedisServer::RedisServer(const RedisSettings& settings, const Clock& clock, Log log)
    : settings_(settings),
      log_(std::move(log)),
      breaker_(settings_.breaker, clock),
      pool_(limits_of(settings_), [this] { return connect(); }) {}

RedisReply RedisServer::run(Words words) {
    return checked(ask(RedisWords(words.begin(), words.size())));
}

std::vector<RedisReply> RedisServer::run_all(const std::vector<std::vector<std::string_view>>& commands) {
    if (commands.empty()) return {};
    std::string bytes;
    for (const auto& command : commands) append_command(bytes, command);
    std::vector<RedisReply> replies = talk(bytes, commands.size());
    for (const RedisReply& reply : replies)
        if (const auto* failure = reply.failure()) raise(*failure);
    return replies;
}

RedisReply RedisServer::run(const RedisScript& script, std::string_view key, Words arguments) {
    std::vector<std::string_view> words{"EVALSHA", script.hash(), "1", key};
    words.insert(words.end(), arguments);
    RedisReply reply = ask(words);
    if (const auto* failure = reply.failure(); failure && kind_of(*failure) == "NOSCRIPT") {
        words[0] = "EVAL";
        words[1] = script.source();
        reply = ask(words);
    }
    return checked(std::move(reply));
}

void RedisServer::check() {
    run({"PING"});
    if (!is_known_.exchange(true)) warn_of_eviction();
}

RedisFigures RedisServer::figures() const {
    RedisFigures figures;
    pool_.read_into(figures);
    figures.commands = commands_.load(std::memory_order_relaxed);
    figures.failures = failures_.load(std::memory_order_relaxed);
    figures.spared = spared_.load(std::memory_order_relaxed);
    figures.command_time_total = std::chrono::nanoseconds(nanoseconds_.load(std::memory_order_relaxed));
    return figures;
}

// Whoever waited in line while others found out that the server is away need not find out again.
std::unique_ptr<RedisConnection> RedisServer::connect() {
    if (breaker_.state() == CircuitBreaker::State::open) throw RedisLost("it was away a moment ago");
    return std::make_unique<RedisConnection>(settings_, watch_);
}

RedisReply RedisServer::ask(RedisWords words) {
    std::string bytes;
    append_command(bytes, words);
    return std::move(talk(bytes, 1).front());
}

std::vector<RedisReply> RedisServer::talk(std::string_view commands, std::size_t count) {
    if (settings_.must_not_wait && settings_.must_not_wait())
        throw std::logic_error("the store is on Redis and was asked on an I/O thread, which must not wait");
    auto permit = breaker_.ask();
    if (!permit) {
        spared_.fetch_add(1, std::memory_order_relaxed);
        throw redis_unavailable("it was away a moment ago");
    }
    try {
        auto connection = pool_.take();
        const auto begun = steady_clock::now();
        commands_.fetch_add(count, std::memory_order_relaxed);
        connection->send(commands);
        std::vector<RedisReply> replies;
        replies.reserve(count);
        while (replies.size() < count) replies.push_back(connection->receive(begun + settings_.timeout));
        nanoseconds_.fetch_add((steady_clock::now() - begun).count(), std::memory_order_relaxed);
        note(replies, *connection);
        permit->succeeded();
        is_back();
        return replies;
    } catch (const RedisLost& fault) {
        permit->failed();
        lost(fault.what());
        throw redis_unavailable(fault.what());
    }
}

void RedisServer::note(const std::vector<RedisReply>& replies, RedisConnection& connection) {
    for (const RedisReply& reply : replies) {
        const auto* failure = reply.failure();
        if (!failure || kind_of(*failure) == "NOSCRIPT") continue;
        failures_.fetch_add(1, std::memory_order_relaxed);
        if (is_one_of(lasting_kinds, kind_of(*failure))) connection.abandon();
    }
}

void RedisServer::lost(const std::string& why) {
    failures_.fetch_add(1, std::memory_order_relaxed);
    if (!away_.exchange(true))
        log_.warn("redis is away", {{"address", settings_.address.shown()}, {"why", why}});
}

void RedisServer::is_back() {
    if (away_.load(std::memory_order_relaxed) && away_.exchange(false))
        log_.info("redis is back", {{"address", settings_.address.shown()}});
}

// Limits and locks live in the store, and what it refuses it tells; what it forgets it does not.
void RedisServer::warn_of_eviction() {
    try {
        const RedisReply reply = run({"INFO", "memory"});
        const std::string* memory = reply.text();
        if (memory == nullptr || memory->find("\nmaxmemory:0\r") != memory->npos) return;
        if (memory->find("\nmaxmemory_policy:noeviction\r") == memory->npos)
            log_.warn(
                "redis evicts when it is full, also what must not be lost: set maxmemory-policy noeviction");
    } catch (const std::exception& fault) {
        log_.debug("redis does not tell whether it evicts", {{"why", fault.what()}});
    }
}

}  // namespace mortise::service
