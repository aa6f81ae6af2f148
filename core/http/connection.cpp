// SPDX-License-Identifier: Apache-2.0
// Life and heads of a connection. Bodies are read in connection_body.cpp, answers leave by
// connection_answer.cpp.
#include "http/connection.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace mortise::http {

namespace {

using State = net::Moved::State;

constexpr std::size_t least_room = 4 * 1024;  // below this a receive is not worth its system call
constexpr int most_steps_a_turn = 256;        // who sends without end has to share the loop
constexpr std::size_t linger_step = 64 * 1024;
constexpr std::uint64_t most_lingered = 1024 * 1024;

}  // namespace

Connection::Connection(WireLoop& home, net::Transport transport, const net::Address& peer)
    : home_(home), transport_(std::move(transport)), peer_(peer.host()) {}

Connection::~Connection() {
    if (transport_.is_open()) home_.loop.disarm(transport_.descriptor(), *this);
    if (stream_) stream_->abandon();
    if (!exchange_ || !exchange_->dispatched_) return;
    if (answer_ == Answer::file || answer_ == Answer::stream) report();
    // Whoever waits for the body hears no more of it, so nobody else will give this request its end.
    const bool nobody_answers = body_ == Body::collecting && exchange_->claim_answer();
    exchange_->detach(nobody_answers);
}

void Connection::start(std::list<Connection>::iterator place) {
    place_ = place;
    home_.loop.arm(transport_.descriptor(), *this);
    settle();
}

void Connection::drain() {
    if (phase_ == Phase::head && (!exchange_ || exchange_->begin_ == exchange_->end_)) {
        phase_ = Phase::closing;
        run();
    }
}

void Connection::cut() {
    abort();
    run();
}

void Connection::ready(net::Ready what) {
    // TLS may have had to write before it could read on.
    readable_ = readable_ || what.readable || (what.writable && transport_.is_tls());
    if (what.hung_up) {
        hung_up_ = true;
        if (exchange_ && exchange_->dispatched_) {
            exchange_->parts().is_abandoned.store(true, std::memory_order_relaxed);
            exchange_->tell_gone();
        }
    }
    run();
}

void Connection::run() {
    if (running_) return;
    running_ = true;
    int steps = 0;
    do {
        while (advance()) {
            if (++steps == most_steps_a_turn) break;
        }
    } while (flush() && steps < most_steps_a_turn);
    running_ = false;
    if (steps >= most_steps_a_turn) home_.run_again(*this);
    settle();
}

bool Connection::advance() {
    switch (phase_) {
        case Phase::head:
            return read_head();
        case Phase::request:
            return serve();
        case Phase::lingering:
            return linger();
        case Phase::handing_over:
        case Phase::closing:
        case Phase::closed:
            return false;
    }
    return false;
}

bool Connection::read_head() {
    // Earlier answers first: who only asks and never reads is not served on.
    if (outbox_.unsent() > home_.settings.max_unsent_bytes) return false;
    if (!exchange_) {
        if (!readable_) return false;
        exchange_ = home_.take_exchange();
        exchange_->connection_ = this;
    }
    auto& exchange = *exchange_;
    if (exchange.begin_ < exchange.end_) {
        const std::string_view bytes(exchange.block_.get() + exchange.begin_,
                                     exchange.end_ - exchange.begin_);
        switch (exchange.scanner_.scan(bytes)) {
            case HeadScanner::Verdict::complete:
                return dispatch();
            case HeadScanner::Verdict::refused:
                refuse(exchange.scanner_.status(), exchange.scanner_.reason());
                return true;
            case HeadScanner::Verdict::more:
                break;
        }
    }
    make_room(0);
    return receive();
}

bool Connection::linger() {
    if (!readable_) return false;
    std::array<char, linger_step> swallowed;  // NOLINT: filled by the kernel, read by nobody
    const auto moved = transport_.receive(swallowed);
    body_seen_ += moved.bytes;
    if (body_seen_ > most_lingered || !received(moved, swallowed.size())) {
        if (readable_ || moved.state != State::again) abort();
        return false;
    }
    return true;
}

bool Connection::dispatch() {
    auto& exchange = *exchange_;
    auto& parts = exchange.parts();
    const auto& scanner = exchange.scanner_;
    const auto& framing = scanner.framing();
    const auto head_length = scanner.end() - scanner.start();
    const std::string_view head(exchange.block_.get() + exchange.begin_ + scanner.start(), head_length);
    exchange.begin_ += scanner.end();
    exchange.head_end_ = exchange.begin_;
    if (const int fault = exchange.parser_.parse_head(head, framing, parts); fault != 0) {
        parts.reset();
        refuse(fault, fault == 501 ? "this server is no proxy" : "the request line or a header is malformed");
        return true;
    }
    parts.client_address = peer_;
    parts.is_secure = transport_.is_tls();
    parts.is_abandoned.store(false, std::memory_order_relaxed);
    phase_ = Phase::request;
    answer_ = Answer::awaited;
    answer_bytes_ = body_seen_ = body_overhead_ = 0;
    body_left_ = framing.content_length.value_or(0);
    body_ = framing.chunked || body_left_ > 0 ? Body::unread : Body::complete;
    body_paused_ = continue_wanted_ = false;
    keep_alive_ =
        framing.minor_version == 1 ? !framing.asks_close : framing.asks_keep_alive && !framing.asks_close;
    served_before_ = true;
    exchange.dispatched_ = true;
    exchange.started_ = home_.loop.now();
    if (framing.unknown_expectation) {
        refuse(417, "the only expectation met here is 100-continue");
        return true;
    }
    home_.service.handle(exchange_);
    return true;
}

bool Connection::serve() {
    if (answer_ == Answer::stream) pump_stream();
    if (phase_ != Phase::request) return false;
    if (body_ == Body::collecting || body_ == Body::piping || body_ == Body::swallowing) {
        if (read_body()) return true;
    }
    if (answer_ != Answer::sent) return false;
    if (!keep_alive_ || home_.is_draining()) {
        phase_ = Phase::closing;
        return false;
    }
    if (body_ != Body::complete) return false;
    next_request();
    return true;
}

void Connection::next_request() {
    phase_ = Phase::head;
    wait_ = Wait::nothing;
    deadline_.cancel();
    if (nobody_else_holds_exchange()) {
        exchange_->reset();
        if (exchange_->begin_ == exchange_->end_) release_exchange();
        return;
    }
    const auto old = std::exchange(exchange_, nullptr);
    old->connection_ = nullptr;
    if (old->begin_ == old->end_) return;
    exchange_ = home_.take_exchange();
    exchange_->connection_ = this;
    exchange_->end_ = old->end_ - old->begin_;
    std::memcpy(exchange_->block_.get(), old->block_.get() + old->begin_, exchange_->end_);
}

bool Connection::receive() {
    if (!readable_) return false;
    auto& exchange = *exchange_;
    const auto room = home_.loop.buffers().block_size() - exchange.end_;
    if (room == 0) {
        abort();  // the settings keep a head far below a block; this is only for when they do not
        return false;
    }
    const auto moved = transport_.receive({exchange.block_.get() + exchange.end_, room});
    exchange.end_ += moved.bytes;
    return received(moved, room);
}

bool Connection::received(net::Moved moved, std::size_t room) {
    // A short receive has emptied the kernel's buffer, so asking once more would only cost a call; but an end
    // that has been told already will not be told again.
    readable_ = moved.state == State::done && (moved.bytes == room || hung_up_);
    switch (moved.state) {
        case State::done:
            return true;
        case State::again:
            return false;
        case State::closed:
            if (phase_ == Phase::request) {
                body_broken(400, "the client ended in the middle of the body");
            } else if (phase_ == Phase::head) {
                phase_ = Phase::closing;
            }
            return false;
        case State::failed:
            abort();
            return false;
    }
    return false;
}

void Connection::make_room(std::size_t floor) {
    auto& exchange = *exchange_;
    if (exchange.begin_ == exchange.end_) {
        exchange.begin_ = exchange.end_ = floor;
    } else if (home_.loop.buffers().block_size() - exchange.end_ < least_room && exchange.begin_ > floor) {
        const auto length = exchange.end_ - exchange.begin_;
        std::memmove(exchange.block_.get() + floor, exchange.block_.get() + exchange.begin_, length);
        exchange.begin_ = floor;
        exchange.end_ = floor + length;
    }
}

bool Connection::nobody_else_holds_exchange() const {
    // Taking and dropping one more reference makes what others did with theirs happen before what comes now.
    { const auto probe = exchange_; }
    return exchange_.use_count() == 1;
}

void Connection::release_exchange() {
    home_.give_back(std::move(exchange_));
}

}  // namespace mortise::http
