// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <mortise/services/clock.h>

#include "http/exchange.h"
#include "http/wire.h"
#include "net/descriptor.h"
#include "net/loop_group.h"

using ExchangePtr = std::shared_ptr<mortise::http::Exchange>;

/// A clock that stands still until it is turned.
class HandTurnedClock final : public mortise::Clock {
public:
    mortise::Time now() const override { return {}; }
    std::chrono::steady_clock::time_point steady_now() const override {
        return std::chrono::steady_clock::time_point(std::chrono::milliseconds(at_.load()));
    }
    void turn(std::chrono::milliseconds by) { at_ += by.count(); }

private:
    std::atomic<long> at_{1'000'000};
};

struct Finished {
    std::string path;
    int status;
    std::uint64_t body_bytes;
};

/// The application of these tests: one handler for each path, threads instead of a worker pool.
class TestService final : public mortise::http::Service {
public:
    using Handler = std::function<void(const ExchangePtr&)>;

    TestService();
    ~TestService() override { join(); }

    void on(std::string path, Handler handler) { handlers_[std::move(path)] = std::move(handler); }
    void run(std::function<void()> task);
    void join();
    std::vector<Finished> finished() const;
    /// Waits until so many requests have been reported as finished.
    void wait_for_finished(std::size_t count) const;

    void handle(const ExchangePtr& exchange) override;
    mortise::Response refuse(int status, std::string_view detail,
                             const mortise::RequestParts* parts) override;
    bool run_blocking(mortise::http::Exchange& exchange, std::function<void()> task) override;
    void finished(const mortise::RequestParts& parts, int status, std::uint64_t body_bytes,
                  std::chrono::steady_clock::duration took) override;

    std::atomic<bool> has_workers{true};

private:
    std::map<std::string, Handler, std::less<>> handlers_;
    mutable std::mutex mutex_;
    std::vector<std::jthread> workers_;
    std::vector<Finished> finished_;
};

struct Answer {
    int status = 0;  // 0: the connection ended without one
    std::string head;
    std::string body;

    /// The value of a header, "" when absent.
    std::string header(std::string_view name) const;
};

/// A client that sends exactly the bytes it is told to. Every wait ends after ten seconds with a failed test.
class Client {
public:
    explicit Client(std::uint16_t port, int receive_buffer = 0);

    void send(std::string_view bytes) const;
    void finish_sending() const;
    void close() { socket_.reset(); }
    /// Closes with a reset.
    void reset();
    /// The next answer; `to_head` when the request was a HEAD.
    Answer answer(bool to_head = false);
    /// Everything until the server closes.
    std::string rest();
    /// True when the server has closed without sending more.
    bool is_closed() { return rest().empty(); }

private:
    bool receive();

    mortise::net::Descriptor socket_;
    std::string buffer_;
};

/// A whole wire on a free port of loopback.
class Server {
public:
    explicit Server(mortise::http::WireSettings settings = {}, std::size_t loops = 1,
                    const mortise::Clock* clock = nullptr);
    ~Server();

    Client connect(int receive_buffer = 0) const { return Client(port_, receive_buffer); }
    /// Returns when every loop has used what had reached it before.
    void settle();
    std::uint16_t port() const { return port_; }

    TestService service;
    mortise::net::LoopGroup loops;
    mortise::http::Wire wire;

private:
    std::uint16_t port_ = 0;
};

/// "GET path HTTP/1.1" with a Host and these further lines.
std::string get(std::string_view path, std::string_view lines = {});
/// The same for POST, with the body's length and the body.
std::string post(std::string_view path, std::string_view body, std::string_view lines = {});
