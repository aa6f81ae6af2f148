// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <mortise/testing/fake_clock.h>

#include "http/application.h"
#include "test_exchange.h"

namespace http_app {

/// Keeps the log's lines: "error request failed route=/x what=..." each.
class KeptLog final : public mortise::LogSink {
public:
    void write(const mortise::LogRecord& record) noexcept override {
        static constexpr const char* levels[] = {"trace", "debug", "info", "warn", "error"};
        std::string line = levels[static_cast<std::size_t>(record.level)];
        line += " " + std::string(record.text);
        for (const mortise::LogField& field : record.fields) {
            if (const auto* text = std::get_if<std::string_view>(&field.value()))
                line += " " + std::string(field.key()) + "=" + std::string(*text);
            if (const auto* number = std::get_if<std::uint64_t>(&field.value()))
                line += " " + std::string(field.key()) + "=" + std::to_string(*number);
        }
        if (!record.request_id.empty()) line += " id=" + std::string(record.request_id);
        const std::scoped_lock lock(mutex_);
        lines_.push_back(std::move(line));
    }
    bool has(std::string_view part) { return count(part) > 0; }
    std::size_t count(std::string_view part) {
        const std::scoped_lock lock(mutex_);
        return static_cast<std::size_t>(
            std::count_if(lines_.begin(), lines_.end(),
                          [&](const std::string& line) { return line.find(part) != std::string::npos; }));
    }

private:
    std::mutex mutex_;
    std::vector<std::string> lines_;
};

/// Knows "Bearer <id>:<role>"; every other token is expired.
class NamedIdentity final : public mortise::Identity {
public:
    mortise::Identified identify(const mortise::Request& request) const override {
        std::string_view token = request.header("authorization");
        if (!token.starts_with("Bearer ")) return {};
        return identify_token(token.substr(7));
    }
    mortise::Identified identify_token(std::string_view token) const override {
        const std::size_t colon = token.find(':');
        if (colon == std::string_view::npos) return {nullptr, "expired"};
        mortise::User user;
        user.id = token.substr(0, colon);
        user.role = token.substr(colon + 1);
        return {std::make_shared<const mortise::User>(std::move(user)), {}};
    }
};

/// Runs its tasks when the test says so, or takes none.
class HeldLane final : public mortise::http::Lane {
public:
    bool submit(std::function<void()> task) override {
        if (is_full) return false;
        tasks.push_back(std::move(task));
        return true;
    }
    void run() {
        while (!tasks.empty()) {
            const auto task = std::move(tasks.front());
            tasks.pop_front();
            task();
        }
    }

    bool is_full = false;
    std::deque<std::function<void()>> tasks;
};

/// Each task on a thread of its own.
class ThreadLane final : public mortise::http::Lane {
public:
    ~ThreadLane() override {
        for (std::thread& thread : threads_) thread.join();
    }
    bool submit(std::function<void()> task) override {
        threads_.emplace_back(std::move(task));
        return true;
    }

private:
    std::vector<std::thread> threads_;
};

/// An application in the making: register, then send.
struct App {
    mortise::http::PluginRoutes routes{"test"};
    mortise::http::Lane* lane = nullptr;
    std::vector<mortise::http::RouteSource> sources_before;  // plugins in front of "test"
    mortise::http::ApplicationSettings settings;
    mortise::http::Phases phases;
    mortise::Limiter* limiter = nullptr;
    mortise::http::BreakerFactory make_breaker;
    mortise::http::Aliases aliases;
    mortise::testing::FakeClock clock;
    KeptLog log;
    std::atomic<mortise::LogLevel> level{mortise::LogLevel::debug};
    mortise::http::TrafficWatch* watch = nullptr;

    mortise::Route route(std::optional<mortise::Method> method, std::string path, mortise::Handler handler) {
        return routes.add(method, std::move(path), std::move(handler));
    }
    mortise::Route get(std::string path, mortise::Handler handler) {
        return route(mortise::Method::get, std::move(path), std::move(handler));
    }
    mortise::Route post(std::string path, mortise::Handler handler) {
        return route(mortise::Method::post, std::move(path), std::move(handler));
    }

    mortise::http::Application& application() {
        if (!application_) {
            auto sources = sources_before;
            sources.push_back({&routes, lane});
            table_ = std::make_unique<mortise::http::RouteTable>(sources, make_breaker, aliases, limiter);
            application_ = std::make_unique<mortise::http::Application>(
                settings,
                mortise::http::ApplicationParts{*table_, clock, phases, {log, "http", level}, watch});
        }
        return *application_;
    }
    std::shared_ptr<TestExchange> send(std::string method, std::string target,
                                       TestExchange::Headers headers = {}, std::string body = {}) {
        return send(std::make_shared<TestExchange>(std::move(method), std::move(target), std::move(headers),
                                                   std::move(body)));
    }
    std::shared_ptr<TestExchange> send(std::shared_ptr<TestExchange> exchange) {
        application().handle(exchange);
        return exchange;
    }

private:
    std::unique_ptr<mortise::http::RouteTable> table_;
    std::unique_ptr<mortise::http::Application> application_;
};

inline mortise::Handler says(std::string text) {
    return [text = std::move(text)](const mortise::Request&) { return Response::text(text); };
}

}  // namespace http_app
