// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <catch2/catch.hpp>

#include <functional>
#include <string>

#include <mortise/error.h>
#include <mortise/testing/fake_clock.h>

#include "core/service/tally.h"
#include "service/redis/redis_store.h"

namespace mortise::tests {

using namespace std::chrono_literals;

inline service::RedisSettings settings_for(const std::string& url) {
    service::RedisSettings settings;
    settings.address = service::RedisAddress::parse(url);
    settings.prefix = "test:";
    settings.connect_timeout = 10s;  // of what is not the matter
    settings.timeout = 10s;
    return settings;
}

inline service::RedisSettings impatient(const std::string& url) {
    service::RedisSettings settings = settings_for(url);
    settings.connect_timeout = settings.timeout = 50ms;
    return settings;
}

/// A store on Redis whose breaker waits for the test.
struct Node {
    explicit Node(const service::RedisSettings& settings) : redis(settings, clock, Log{}), store(redis) {}

    testing::FakeClock clock;
    service::RedisStore redis;
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

}  // namespace mortise::tests
