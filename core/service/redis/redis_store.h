// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/services/store.h>

#include "service/redis/server.h"
#include "service/redis/subscriber.h"

namespace mortise::service {

/// The store that nodes share. Everything is one round trip, and what must be atomic beyond a command is a
/// script.
///
/// Keys are gone in the millisecond their time is over, as in the memory store, by the clock of Redis; but
/// none lives shorter than two milliseconds.
class RedisStore final : public Store {
public:
    RedisStore(const RedisSettings& settings, const Clock& clock, const Log& log);

    bool is_remote() const noexcept override { return true; }
    std::optional<std::string> get(std::string_view key) override;
    std::vector<std::optional<std::string>> get_many(const std::vector<std::string>& keys) override;
    void set(std::string_view key, std::string_view value, Ttl ttl) override;
    bool set_if_absent(std::string_view key, std::string_view value, Ttl ttl) override;
    bool compare_and_set(std::string_view key, std::string_view expected, std::string_view value,
                         Ttl ttl) override;
    bool compare_and_remove(std::string_view key, std::string_view expected) override;
    Added add(std::string_view key, std::int64_t amount, AddOptions options) override;
    using Store::add;

    std::optional<std::string> hash_get(std::string_view key, std::string_view field) override;
    bool hash_set(std::string_view key, std::string_view field, std::string_view value) override;
    bool hash_remove(std::string_view key, std::string_view field) override;
    std::int64_t hash_add(std::string_view key, std::string_view field, std::int64_t amount) override;
    std::map<std::string, std::string> hash_all(std::string_view key) override;

    bool set_add(std::string_view key, std::string_view member) override;
    bool set_remove(std::string_view key, std::string_view member) override;
    bool set_contains(std::string_view key, std::string_view member) override;
    std::size_t set_size(std::string_view key) override;
    std::vector<std::string> set_members(std::string_view key) override;

    bool exists(std::string_view key) override;
    bool remove(std::string_view key) override;
    bool expire(std::string_view key, Milliseconds ttl) override;
    Ttl expires_in(std::string_view key) override;

    void publish(std::string_view channel, std::string_view message) override;
    Subscription subscribe(std::string_view channel, OnMessage on_message, OnGap on_gap) override;

    RedisServer& server() { return server_; }
    RedisSubscriber& subscriber() { return subscriber_; }

private:
    std::string named(std::string_view key) const;

    const std::string prefix_;
    RedisServer server_;
    RedisSubscriber subscriber_;
};

}  // namespace mortise::service
