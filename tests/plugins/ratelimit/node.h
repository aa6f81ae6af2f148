// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <future>
#include <string>

#include <mortise/testing/fake_clock.h>

#include "plugins/ratelimit/shared_windows.h"
#include "service/redis/redis_store.h"

namespace ratelimit::test {

using namespace std::chrono_literals;

/// One node that counts in this Redis.
struct Node {
    explicit Node(const std::string& url, std::size_t threads = 4, std::chrono::milliseconds patience = 10s)
        : store(settings(url, patience), clock, mortise::Log()),
          windows(store, {threads, 1000}, mortise::Log()) {
        windows.start();
    }
    static mortise::service::RedisSettings settings(const std::string& url,
                                                    std::chrono::milliseconds patience) {
        mortise::service::RedisSettings settings;
        settings.address = mortise::service::RedisAddress::parse(url);
        settings.connect_timeout = settings.timeout = patience;
        return settings;
    }
    Tally count(const std::string& key, std::int64_t limit) {
        std::promise<Tally> told;
        windows.count({key, 60s, limit, [&](const Tally& tally) { told.set_value(tally); }});
        return told.get_future().get();
    }

    mortise::testing::FakeClock clock;
    mortise::service::RedisStore store;
    SharedWindows windows;
};

}  // namespace ratelimit::test
