// SPDX-License-Identifier: Apache-2.0
#include "http/wire_exchange.h"

#include <utility>

#include "http/compression.h"
#include "http/connection.h"

namespace mortise::http {

namespace {

constexpr int gone_status = 499;  // nobody sees it but the log: the client left before the answer
constexpr std::size_t kept_body_bytes = 64 * 1024;

// Too much compression for a loop's thread.
bool is_work(const Response& response, const WireSettings& settings) {
    if (const auto* shared = std::get_if<SharedText>(&response.body()); shared && shared->is_compressed())
        return false;
    return response.body_text().size() > settings.compress_on_loop_up_to_bytes;
}

}  // namespace

WireExchange::WireExchange(net::EventLoop& loop, Service& service, const WireSettings& settings)
    : loop_(loop), service_(service), settings_(settings), scanner_(settings) {}

void WireExchange::collect_body(std::uint64_t limit, Continuation then) {
    if (connection_ != nullptr) {
        connection_->collect_body(limit, std::move(then));
    } else if (claim_answer()) {
        detach(true);
    }
}

void WireExchange::open_body(std::uint64_t limit) {
    pipe_.emplace(settings_.stream_buffer_bytes, parts(),
                  [this] { on_connection(&Connection::resume_body); });
    parts().body_reader = &*pipe_;
    if (connection_ != nullptr) {
        connection_->open_body(limit);
    } else {
        pipe_->fail(Error(Code::malformed, "The client has gone."));
    }
}

bool WireExchange::awaits_body() {
    return connection_ != nullptr && connection_->awaits_body();
}

void WireExchange::post(Continuation task) {
    loop_.post(std::move(task));
}

void WireExchange::set_deadline(std::chrono::steady_clock::time_point deadline, Continuation expired) {
    parts().deadline = deadline;
    expired_ = std::move(expired);
    if (connection_ != nullptr) connection_->set_deadline(deadline);
}

void WireExchange::on_abandoned(Continuation gone) {
    gone_ = std::move(gone);
    if (connection_ == nullptr || connection_->is_hung_up()) tell_gone();
}

void WireExchange::take_over(Taken taken) {
    if (!claim_answer()) return;
    if (connection_ == nullptr) return detach(true);
    taken_ = std::move(taken);
    connection_->hand_over();
}

// Later, so that whoever noticed need not expect to be gone itself when this returns.
void WireExchange::tell_gone() {
    if (!gone_) return;
    loop_.post([kept = self()] {
        if (kept->gone_) std::exchange(kept->gone_, nullptr)();
    });
}

void WireExchange::respond(Response&& response) {
    if (!claim_answer()) return;
    const bool on_loop = on_loop_thread();
    if (may_be_compressed(response, settings_)) {
        const bool wanted = wants_compression(response, parts(), settings_);
        if (wanted && on_loop && is_work(response, settings_)) {
            reply_ = std::move(response);
            const auto task = [kept = self()] {
                compress(kept->reply_, true);
                kept->post_reply();
            };
            if (service_.run_blocking(*this, task)) return;
            response = std::move(reply_);
            compress(response, false);  // no worker has time: the loop has none either
        } else {
            compress(response, wanted);
        }
    }
    if (!on_loop) {
        reply_ = std::move(response);
        post_reply();
    } else if (connection_ != nullptr) {
        connection_->answer(std::move(response));
    } else {
        detach(true);
    }
}

void WireExchange::post_reply() {
    loop_.post([kept = self()]() mutable {
        auto& exchange = *kept;
        if (exchange.connection_ == nullptr) return exchange.detach(true);
        kept.reset();  // the connection holds it; were we to hold it too, it could not be used again
        exchange.connection_->answer(std::move(exchange.reply_));
    });
}

void WireExchange::on_connection(void (Connection::*member)()) {
    loop_.post([kept = self(), member] {
        if (kept->connection_ != nullptr) (kept->connection_->*member)();
    });
}

void WireExchange::detach(bool report) {
    connection_ = nullptr;
    parts().is_abandoned.store(true, std::memory_order_relaxed);
    then_ = nullptr;
    expired_ = nullptr;
    taken_ = nullptr;
    tell_gone();
    if (pipe_) pipe_->fail(Error(Code::malformed, "The client has gone."));
    if (report) service_.finished(parts(), gone_status, 0, loop_.read_clock() - started_);
}

void WireExchange::reset() {
    parts().reset();
    head_lines().clear();
    reply_ = Response();
    scanner_.reset();
    chunks_.reset();
    pipe_.reset();
    then_ = nullptr;
    expired_ = nullptr;
    gone_ = nullptr;
    taken_ = nullptr;
    body_.clear();
    if (body_.capacity() > kept_body_bytes) std::string().swap(body_);
    answered_.store(false, std::memory_order_relaxed);
    dispatched_ = false;
}

}  // namespace mortise::http
