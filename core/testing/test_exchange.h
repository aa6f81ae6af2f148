// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <mortise/testing/test_host.h>

#include "http/exchange.h"

namespace mortise::testing {

/// What a test sends.
struct SentRequest {
    std::string method, target, body, client_address;
    std::vector<std::pair<std::string, std::string>> headers;
};

/// One request and its answer without a wire. The thread that calls run() is its loop thread.
class TestExchange final : public http::Exchange {
public:
    explicit TestExchange(SentRequest sent);

    /// Hands the request to the application and works as its loop until the answer is there.
    TestResponse run(http::Service& application);

    void collect_body(std::uint64_t limit, Continuation then) override;
    void open_body(std::uint64_t limit) override;
    bool awaits_body() override { return false; }
    void post(Continuation task) override;
    void set_deadline(std::chrono::steady_clock::time_point deadline, Continuation expired) override;
    void respond(Response&& response) override;
    net::EventLoop* loop() override { return nullptr; }
    void on_abandoned(Continuation) override {}
    void take_over(Taken) override { respond(Response::empty(501)); }
    bool on_loop_thread() const override { return std::this_thread::get_id() == loop_; }

private:
    class Body;

    TestResponse finished(http::Service& application);
    static std::string bytes_of(Response::Body& body);

    SentRequest sent_;
    std::string body_length_;
    std::unique_ptr<BodyReader> body_;
    std::thread::id loop_;
    std::mutex mutex_;
    std::condition_variable happened_;
    std::deque<Continuation> posted_;
    std::optional<Response> response_;
    http::Service* application_ = nullptr;
};

}  // namespace mortise::testing
