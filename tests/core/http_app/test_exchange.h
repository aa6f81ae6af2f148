// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <mortise/text.h>

#include "http/exchange.h"

namespace http_app {

using mortise::Response;

/// An exchange without a wire: a request made of text, an answer to look at. The thread that makes it is
/// its loop; run() does what was posted.
class TestExchange final : public mortise::http::Exchange {
public:
    using Headers = std::vector<std::pair<std::string, std::string>>;

    TestExchange(std::string method, std::string target, Headers headers = {}, std::string body = {})
        : method_(std::move(method)),
          target_(std::move(target)),
          headers_(std::move(headers)),
          body_(std::move(body)) {
        mortise::RequestParts& parts = this->parts();
        parts.method = mortise::method_of(method_);
        parts.method_text = method_;
        parts.target = target_;
        std::string_view rest = target_;
        parts.path = mortise::take_until(rest, '?');
        parts.query = rest;
        parts.client_address = "192.0.2.1";
        if (!body_.empty()) headers_.emplace_back("Content-Length", std::to_string(body_.size()));
        for (const auto& [name, value] : headers_) parts.headers.push_back({name, value});
    }

    void collect_body(std::uint64_t, Continuation then) override {
        if (holds_body_back) {
            body_wanted_ = std::move(then);
            return;
        }
        parts().body = body_;
        then();
    }
    void open_body(std::uint64_t limit) override { opened_limit = limit; }
    bool awaits_body() override { return holds_body_back; }
    void post(Continuation task) override {
        {
            const std::scoped_lock lock(mutex_);
            tasks_.push_back(std::move(task));
        }
        changed_.notify_all();
    }
    void set_deadline(std::chrono::steady_clock::time_point deadline, Continuation expired) override {
        this->deadline = deadline;
        expired_ = std::move(expired);
    }
    void respond(Response&& response) override {
        {
            const std::scoped_lock lock(mutex_);
            ++answers;
            if (!answer_) answer_ = std::move(response);
        }
        changed_.notify_all();
    }
    mortise::net::EventLoop* loop() override { return nullptr; }
    void on_abandoned(Continuation) override {}
    void take_over(Taken) override {}
    bool on_loop_thread() const override { return std::this_thread::get_id() == loop_; }

    /// Does what was posted until there is an answer.
    const Response& run() {
        std::unique_lock lock(mutex_);
        while (!answer_) {
            changed_.wait(lock, [this] { return answer_ || !tasks_.empty(); });
            run_tasks(lock);
        }
        return *answer_;
    }
    /// Does what has been posted so far.
    void run_posted() {
        std::unique_lock lock(mutex_);
        run_tasks(lock);
    }
    /// The deadline comes.
    void expire() { expired_(); }
    bool is_answered() {
        const std::scoped_lock lock(mutex_);
        return answer_.has_value();
    }
    int status() { return run().status(); }
    std::string text() { return std::string(run().body_text()); }
    mortise::Json json() { return mortise::parse_json(run().body_text()); }
    /// A header of the answer, from either source; all values with " | " between; empty when absent.
    std::string header(std::string_view name) {
        std::string found;
        const auto add = [&](std::string_view known, std::string_view value) {
            if (mortise::equals_ignoring_case(known, name))
                found += (found.empty() ? "" : " | ") + std::string(value);
        };
        for (const auto& [known, value] : run().headers()) add(known, value);
        for (std::string_view rest = head_lines(); !rest.empty();) {
            std::string_view value = mortise::take_until(rest, '\n');
            const std::string_view known = mortise::take_until(value, ':');
            add(known, value.substr(1, value.size() - 2));
        }
        return found;
    }

    bool holds_body_back = false;
    std::optional<std::uint64_t> opened_limit;
    std::optional<std::chrono::steady_clock::time_point> deadline;
    int answers = 0;

private:
    void run_tasks(std::unique_lock<std::mutex>& lock) {
        while (!tasks_.empty()) {
            Continuation task = std::move(tasks_.front());
            tasks_.pop_front();
            lock.unlock();
            task();
            task = nullptr;
            lock.lock();
        }
    }

    std::string method_, target_;
    Headers headers_;
    std::string body_;
    std::thread::id loop_ = std::this_thread::get_id();
    Continuation expired_, body_wanted_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Continuation> tasks_;
    std::optional<Response> answer_;
};

}  // namespace http_app
