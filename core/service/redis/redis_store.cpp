// SPDX-License-Identifier: Apache-2.0
#include "service/redis/redis_store.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "service/stored_number.h"
#include "service/time_to_live.h"

namespace mortise::service {

namespace {

// A failure inside a script is passed on as it is: Redis 6 would wrap it up in another.

const RedisScript compare_and_set_script(R"(
local held = redis.pcall('GET', KEYS[1])
if type(held) == 'table' then return held end
if held ~= ARGV[1] then return 0 end
if ARGV[3] == '' then
    redis.call('SET', KEYS[1], ARGV[2])
else
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return 1
)");

const RedisScript compare_and_remove_script(R"(
local held = redis.pcall('GET', KEYS[1])
if type(held) == 'table' then return held end
if held ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
)");

// The amount, the time to live of a new number, and the highest number that may be added to. Lua's numbers
// have 53 bits: what may be longer is compared, and passed on, as text.
const RedisScript add_script(R"(
local function above(a, b)
    local negative = a:sub(1, 1) == '-'
    if negative ~= (b:sub(1, 1) == '-') then return not negative end
    if #a ~= #b then return (#a > #b) ~= negative end
    return a ~= b and (a > b) ~= negative
end
local held = redis.pcall('GET', KEYS[1])
if type(held) == 'table' then return held end
if ARGV[3] ~= '' and above(held or '0', ARGV[3]) then
    return {held or '0', 0, redis.call('PTTL', KEYS[1])}
end
local sum = redis.pcall('INCRBY', KEYS[1], ARGV[1])
if type(sum) == 'table' then return sum end
local left = -1
if held then
    left = redis.call('PTTL', KEYS[1])
elseif ARGV[2] ~= '' then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
    left = tonumber(ARGV[2])
end
if math.abs(sum) >= 9007199254740992 then sum = redis.call('GET', KEYS[1]) end
return {sum, 1, left}
)");

// Redis keeps a key through the millisecond in which its time is over, and knows no time to live of 0.
std::string life(Store::Milliseconds ttl) {
    return std::to_string(std::max<std::int64_t>(1, ttl.count() - 1));
}

std::string life_or_nothing(Store::Ttl ttl) {
    return ttl ? life(*ttl) : std::string();
}

[[noreturn]] void astonished() {
    throw std::runtime_error("redis answered something that does not fit the command");
}

std::int64_t number(const RedisReply& reply) {
    if (const auto* value = reply.number()) return *value;
    astonished();
}

bool truth(const RedisReply& reply) {
    return number(reply) != 0;
}

const RedisReply::List& list(const RedisReply& reply) {
    if (const auto* items = reply.list()) return *items;
    astonished();
}

std::string text(RedisReply reply) {
    if (auto* value = std::get_if<std::string>(&reply.value)) return std::move(*value);
    astonished();
}

std::optional<std::string> text_or_nothing(RedisReply reply) {
    if (std::holds_alternative<RedisReply::Nothing>(reply.value)) return std::nullopt;
    return text(std::move(reply));
}

Store::Ttl time_left(const RedisReply& reply) {
    const std::int64_t left = number(reply);
    if (left < 0) return std::nullopt;
    return Store::Milliseconds(left + 1);  // see life()
}

// The highest number to which the amount may be added; empty when every number is low enough.
std::string highest_before(std::int64_t amount, std::optional<std::int64_t> at_most) {
    std::int64_t highest = 0;
    if (!at_most) return {};
    if (!__builtin_sub_overflow(*at_most, amount, &highest)) return std::to_string(highest);
    return amount < 0 ? std::string() : "-9999999999999999999";  // below all that 64 bits hold
}

}  // namespace

RedisStore::RedisStore(const RedisSettings& settings, const Clock& clock, const Log& log)
    : prefix_(settings.prefix), server_(settings, clock, log), subscriber_(settings, log) {}

std::string RedisStore::named(std::string_view key) const {
    std::string name;
    name.reserve(prefix_.size() + key.size());
    return name.append(prefix_).append(key);
}

std::optional<std::string> RedisStore::get(std::string_view key) {
    return text_or_nothing(server_.run({"GET", named(key)}));
}

// MGET would pass a key of another kind for an absent one.
std::vector<std::optional<std::string>> RedisStore::get_many(const std::vector<std::string>& keys) {
    std::vector<std::string> names;
    names.reserve(keys.size());
    std::vector<std::vector<std::string_view>> commands;
    commands.reserve(keys.size());
    for (const auto& key : keys) commands.push_back({"GET", names.emplace_back(named(key))});
    std::vector<std::optional<std::string>> values;
    values.reserve(keys.size());
    for (RedisReply& reply : server_.run_all(commands)) values.push_back(text_or_nothing(std::move(reply)));
    return values;
}

void RedisStore::set(std::string_view key, std::string_view value, Ttl ttl) {
    require_positive(ttl);
    if (ttl) {
        server_.run({"SET", named(key), value, "PX", life(*ttl)});
    } else {
        server_.run({"SET", named(key), value});
    }
}

bool RedisStore::set_if_absent(std::string_view key, std::string_view value, Ttl ttl) {
    require_positive(ttl);
    const RedisReply reply = ttl ? server_.run({"SET", named(key), value, "NX", "PX", life(*ttl)})
                                 : server_.run({"SET", named(key), value, "NX"});
    return reply.text() != nullptr;
}

bool RedisStore::compare_and_set(std::string_view key, std::string_view expected, std::string_view value,
                                 Ttl ttl) {
    require_positive(ttl);
    return truth(server_.run(compare_and_set_script, named(key), {expected, value, life_or_nothing(ttl)}));
}

bool RedisStore::compare_and_remove(std::string_view key, std::string_view expected) {
    return truth(server_.run(compare_and_remove_script, named(key), {expected}));
}

Store::Added RedisStore::add(std::string_view key, std::int64_t amount, AddOptions options) {
    require_positive(options.ttl);
    const RedisReply reply = server_.run(
        add_script, named(key),
        {std::to_string(amount), life_or_nothing(options.ttl), highest_before(amount, options.at_most)});
    const auto& answer = list(reply);
    if (answer.size() != 3) astonished();
    const std::string* digits = answer[0].text();
    return {digits ? stored_number(*digits) : number(answer[0]), truth(answer[1]), time_left(answer[2])};
}

std::optional<std::string> RedisStore::hash_get(std::string_view key, std::string_view field) {
    return text_or_nothing(server_.run({"HGET", named(key), field}));
}

bool RedisStore::hash_set(std::string_view key, std::string_view field, std::string_view value) {
    return truth(server_.run({"HSET", named(key), field, value}));
}

bool RedisStore::hash_remove(std::string_view key, std::string_view field) {
    return truth(server_.run({"HDEL", named(key), field}));
}

std::int64_t RedisStore::hash_add(std::string_view key, std::string_view field, std::int64_t amount) {
    return number(server_.run({"HINCRBY", named(key), field, std::to_string(amount)}));
}

std::map<std::string, std::string> RedisStore::hash_all(std::string_view key) {
    RedisReply reply = server_.run({"HGETALL", named(key)});
    auto* items = std::get_if<RedisReply::List>(&reply.value);
    if (!items || items->size() % 2 != 0) astonished();
    std::map<std::string, std::string> fields;
    for (std::size_t at = 0; at < items->size(); at += 2)
        fields.emplace(text(std::move((*items)[at])), text(std::move((*items)[at + 1])));
    return fields;
}

bool RedisStore::set_add(std::string_view key, std::string_view member) {
    return truth(server_.run({"SADD", named(key), member}));
}

bool RedisStore::set_remove(std::string_view key, std::string_view member) {
    return truth(server_.run({"SREM", named(key), member}));
}

bool RedisStore::set_contains(std::string_view key, std::string_view member) {
    return truth(server_.run({"SISMEMBER", named(key), member}));
}

std::size_t RedisStore::set_size(std::string_view key) {
    return static_cast<std::size_t>(number(server_.run({"SCARD", named(key)})));
}

std::vector<std::string> RedisStore::set_members(std::string_view key) {
    const RedisReply reply = server_.run({"SMEMBERS", named(key)});
    std::vector<std::string> members;
    for (const RedisReply& member : list(reply)) members.push_back(text(member));
    return members;
}

bool RedisStore::exists(std::string_view key) {
    return truth(server_.run({"EXISTS", named(key)}));
}

bool RedisStore::remove(std::string_view key) {
    return truth(server_.run({"DEL", named(key)}));
}

bool RedisStore::expire(std::string_view key, Milliseconds ttl) {
    require_positive(ttl);
    return truth(server_.run({"PEXPIRE", named(key), life(ttl)}));
}

Store::Ttl RedisStore::expires_in(std::string_view key) {
    return time_left(server_.run({"PTTL", named(key)}));
}

void RedisStore::publish(std::string_view channel, std::string_view message) {
    server_.run({"PUBLISH", named(channel), message});
}

Subscription RedisStore::subscribe(std::string_view channel, OnMessage on_message, OnGap on_gap) {
    return subscriber_.subscribe(named(channel), std::move(on_message), std::move(on_gap));
}

}  // namespace mortise::service
