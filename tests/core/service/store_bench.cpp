// SPDX-License-Identifier: Apache-2.0
#include "core/service/store_bench.h"

#include <future>

#include <mortise/testing/fake_clock.h>
#include "service/memory_store.h"
#include "service/redis/redis_store.h"
#include "service/system_clock.h"
#include "support/redis_server.h"

namespace mortise::tests {

namespace {

class MemoryBench final : public StoreBench {
public:
    std::string name() const override { return "memory"; }
    Store& store() override { return store_; }
    void pass(std::chrono::milliseconds time) override { clock_.advance(time); }
    void settle() override { store_.settle(); }

private:
    testing::FakeClock clock_;
    service::MemoryStore store_{{}, clock_, Log{}};
};

class RedisBench final : public StoreBench {
public:
    RedisBench() { server_.empty(); }

    std::string name() const override { return "redis"; }
    Store& store() override { return store_; }
    void pass(std::chrono::milliseconds time) override { server_.pass(time); }
    // Messages are delivered in the order in which they were published.
    void settle() override {
        std::promise<void> delivered;
        const auto subscription =
            store().subscribe("settled", [&](std::string_view) { delivered.set_value(); });
        store_.publish("settled", "");
        delivered.get_future().get();
    }

private:
    static service::RedisSettings settings(const test::RedisServer& server) {
        service::RedisSettings settings;
        settings.address = service::RedisAddress::parse(server.url());
        settings.prefix = "test:";
        settings.timeout = std::chrono::seconds(20);  // of what is not the matter here
        return settings;
    }

    test::RedisServer& server_ = test::RedisServer::shared();
    service::SystemClock clock_;
    service::RedisStore store_{settings(server_), clock_, Log{}};
};

}  // namespace

void for_each_store(const std::function<void(StoreBench&)>& function) {
    MemoryBench memory;
    RedisBench redis;
    for (StoreBench* bench : {static_cast<StoreBench*>(&memory), static_cast<StoreBench*>(&redis)}) {
        INFO("store: " << bench->name());
        function(*bench);
    }
}

}  // namespace mortise::tests
