// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <mortise/services/clock.h>
#include <mortise/services/events.h>
#include <mortise/services/identity.h>

#include "http/application.h"
#include "http/wire.h"
#include "net/descriptor.h"
#include "socket/hub.h"
#include "support/test_limiter.h"

namespace socket_tests {

using namespace std::chrono_literals;

class RealClock final : public mortise::Clock {
public:
    mortise::Time now() const override {
        return std::chrono::time_point_cast<mortise::Time::duration>(std::chrono::system_clock::now());
    }
    std::chrono::steady_clock::time_point steady_now() const override {
        return std::chrono::steady_clock::now();
    }
};

/// A few threads that work off one queue.
class Workers final : public mortise::http::Lane {
public:
    explicit Workers(std::size_t threads);
    ~Workers() override { finish(); }
    /// Returns when all is done; takes no more.
    void finish();
    bool submit(std::function<void()> task) override;

private:
    void work();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> tasks_;
    bool is_over_ = false;
    std::vector<std::jthread> threads_;
};

/// Knows "user:session" as a token; every other one is malformed.
class NamedIdentity final : public mortise::Identity {
public:
    mortise::Identified identify(const mortise::Request& request) const override;
    mortise::Identified identify_token(std::string_view token) const override;
};

/// Keeps one listener; a test says what it hears.
class TestEvents final : public mortise::Events {
public:
    void publish(std::string_view name, const mortise::Json& payload, mortise::Reach) override {
        if (listener_) listener_({name, payload, true});
    }
    mortise::Subscription subscribe(std::string_view, Listener listener, OnGap) override {
        listener_ = std::move(listener);
        return {};
    }

private:
    Listener listener_;
};

/// All there is between a plugin's handlers and loopback. Register with `plugin`, then start().
class Server {
public:
    explicit Server(mortise::socket::SocketSettings settings = {}, std::size_t loops = 2,
                    const mortise::Clock* clock = nullptr);
    ~Server() { stop(); }

    void start();
    /// As the server goes away, in its order.
    void stop();
    /// Returns when every loop has used what had reached it before.
    void settle();
    std::uint16_t port() const { return port_; }
    /// How many there are now.
    std::uint64_t sessions() const;
    std::uint64_t sockets() const;

    RealClock real_clock;
    Workers workers{3};
    NamedIdentity identity;
    TestEvents events;
    mortise::test::TestLimiter limiter;
    mortise::socket::Hub hub;
    mortise::socket::PluginSockets plugin{"test", hub};

private:
    const mortise::Clock& clock_;
    mortise::net::LoopGroup loops_;
    std::unique_ptr<mortise::socket::SocketTable> table_;
    std::unique_ptr<mortise::http::RouteTable> routes_;
    std::unique_ptr<mortise::http::Application> application_;
    std::unique_ptr<mortise::http::Wire> wire_;
    std::uint16_t port_ = 0;
};

/// Until it holds; false after a minute. Only for what happens by itself.
bool wait_until(const std::function<bool()>& holds);

/// A blocking connection to loopback. Throws when nothing comes for half a minute.
class Line {
public:
    explicit Line(std::uint16_t port, int receive_buffer = 0);

    void send(std::string_view bytes) const;
    /// More in `buffer`; false: the server has closed.
    bool receive();
    /// Whether something can be received within this time.
    bool has_more(std::chrono::milliseconds patience = 0ms) const;
    /// With a reset.
    void cut();
    void close() { socket_.reset(); }
    void finish_sending() const;

    std::string buffer;

private:
    mortise::net::Descriptor socket_;
};

struct Answer {
    int status = 0;  // 0: none came
    std::string head;
    std::string body;
};

/// One request on a connection of its own.
Answer request(std::uint16_t port, std::string_view method, std::string_view target,
               std::string_view body = {}, std::string_view headers = {});
/// The answer to what has been sent on this line.
Answer answer_on(Line& line);

/// A WebSocket. What Engine.IO asks for its heartbeat is answered by itself.
class WebClient {
public:
    static constexpr std::string_view socket_io = "/socket.io/?EIO=4&transport=websocket";

    explicit WebClient(std::uint16_t port, std::string_view target = socket_io, std::string_view headers = {},
                       int receive_buffer = 0);

    void send(std::string_view text) const;
    /// The next message; nothing when it is over.
    std::optional<std::string> read();
    bool has_more();
    /// Reads to the end; returns the close code, 1006 when none was sent.
    int closed_with();

    Answer handshake;
    Line line;
    bool answers_pings = true;
    int close_code = 1006;
    std::string close_reason;

private:
    struct Message;
    std::optional<Message> take();
};

/// A client of Engine.IO that polls, each time on a new connection.
class PollClient {
public:
    explicit PollClient(std::uint16_t port, std::string_view version = "4");

    /// The packets of one answer; empty: the session is gone.
    std::vector<std::string> poll();
    int post(std::string_view payload);
    std::string target(std::string_view transport = "polling") const;

    std::string sid;

private:
    std::uint16_t port_;
    std::string version_;
};

/// "42[...]" to its array; null for another packet.
mortise::Json event_in(std::string_view packet);

}  // namespace socket_tests
