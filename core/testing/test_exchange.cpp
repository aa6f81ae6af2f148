// SPDX-License-Identifier: Apache-2.0
#include "testing/test_exchange.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <mortise/error.h>
#include <mortise/text.h>

namespace mortise::testing {

// A streamed body whose bytes are all there already.
class TestExchange::Body final : public BodyReader {
public:
    Body(std::string_view bytes, std::uint64_t limit) : rest_(bytes), is_too_large_(bytes.size() > limit) {}
    std::size_t read(std::span<char> buffer) override {
        if (is_too_large_) throw Error(Code::payload_too_large, "The body is too large.");
        const std::size_t taken = rest_.copy(buffer.data(), buffer.size());
        rest_.remove_prefix(taken);
        return taken;
    }

private:
    std::string_view rest_;
    bool is_too_large_;
};

namespace {

class CollectedBody final : public BodyWriter {
public:
    void write(std::string_view bytes) override { text += bytes; }
    std::string text;
};

}  // namespace

TestExchange::TestExchange(SentRequest sent) : sent_(std::move(sent)) {
    RequestParts& filled = parts();
    filled.method = method_of(sent_.method);
    filled.method_text = sent_.method;
    filled.target = sent_.target;
    filled.query = sent_.target;
    filled.path = take_until(filled.query, '?');
    filled.client_address = sent_.client_address;
    for (const auto& [name, value] : sent_.headers) filled.headers.push_back({name, value});
    if (sent_.body.empty()) return;
    body_length_ = std::to_string(sent_.body.size());
    filled.headers.push_back({"Content-Length", body_length_});
}

TestResponse TestExchange::run(http::Service& application) {
    loop_ = std::this_thread::get_id();
    application_ = &application;
    application.handle(std::static_pointer_cast<http::Exchange>(shared_from_this()));
    std::unique_lock lock(mutex_);
    while (true) {
        happened_.wait(lock, [this] { return response_ || !posted_.empty(); });
        if (posted_.empty()) break;
        Continuation task = std::move(posted_.front());
        posted_.pop_front();
        lock.unlock();
        task();
        lock.lock();
    }
    lock.unlock();
    return finished(application);
}

void TestExchange::collect_body(std::uint64_t limit, Continuation then) {
    if (sent_.body.size() > limit)
        return respond(application_->refuse(413, "The body is too large.", &parts()));
    parts().body = sent_.body;
    then();
}

void TestExchange::open_body(std::uint64_t limit) {
    body_ = std::make_unique<Body>(sent_.body, limit);
    parts().body_reader = body_.get();
}

void TestExchange::post(Continuation task) {
    const std::scoped_lock lock(mutex_);
    posted_.push_back(std::move(task));
    happened_.notify_one();
}

// The clock of a test stands still: a deadline passes only when the test itself moves on, and nothing
// waits for it here.
void TestExchange::set_deadline(std::chrono::steady_clock::time_point deadline, Continuation) {
    parts().deadline = deadline;
}

void TestExchange::respond(Response&& response) {
    const std::scoped_lock lock(mutex_);
    if (response_) return;
    response_ = std::move(response);
    happened_.notify_one();
}

TestResponse TestExchange::finished(http::Service& application) {
    TestResponse seen;
    seen.status = response_->status();
    seen.headers.assign(response_->headers().begin(), response_->headers().end());
    for (std::string_view lines = head_lines(); !lines.empty();) {
        std::string_view line = take_until(lines, '\n');
        if (line.ends_with('\r')) line.remove_suffix(1);
        const std::string_view name = take_until(line, ':');
        seen.headers.emplace_back(name, trim(line));
    }
    const bool has_body = parts().method != Method::head && seen.status != 204 && seen.status != 304;
    if (has_body) seen.body = bytes_of(response_->body());
    application.finished(parts(), seen.status, seen.body.size(), {});
    return seen;
}

std::string TestExchange::bytes_of(Response::Body& body) {
    if (auto* text = std::get_if<std::string>(&body)) return std::move(*text);
    if (const auto* shared = std::get_if<SharedText>(&body)) return std::string(shared->view());
    if (auto* stream = std::get_if<Response::Stream>(&body)) {
        CollectedBody collected;
        (*stream)(collected);
        return std::move(collected.text);
    }
    std::ifstream file(std::get<Response::File>(body).path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace mortise::testing
