// SPDX-License-Identifier: Apache-2.0
// The way in: heads, bodies, waiting. The way out is in connection_answer.cpp.
#include "http/connection.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace mortise::http {

namespace {

using State = net::Moved::State;

constexpr std::size_t least_room = 4 * 1024;  // below this a receive is not worth its system call
constexpr std::size_t body_step = 64 * 1024;  // a body's memory grows as its bytes come, not as it promises
constexpr std::uint64_t most_reserved = 1024 * 1024;
constexpr std::uint64_t overhead_allowance = 16 * 1024;  // chunk heads, besides eight times the body
constexpr int most_steps_a_turn = 256;                   // who sends without end has to share the loop
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

void Connection::collect_body(std::uint64_t limit, Exchange::Continuation then) {
    body_limit_ = limit;
    if (body_ == Body::complete) {
        exchange_->parts().body = {};
        return then();
    }
    exchange_->then_ = std::move(then);
    body_ = Body::collecting;
    if (exchange_->scanner_.framing().content_length > limit) {
        body_broken(413, "the body is larger than this route takes");
    } else {
        exchange_->body_.reserve(static_cast<std::size_t>(std::min({body_left_, limit, most_reserved})));
        continue_wanted_ = exchange_->scanner_.framing().expects_continue;
    }
    run();
}

void Connection::open_body(std::uint64_t limit) {
    body_limit_ = limit;
    if (body_ == Body::complete) return exchange_->pipe_->end();
    body_ = Body::piping;
    if (exchange_->scanner_.framing().content_length > limit) {
        body_broken(413, "the body is larger than this route takes");
    } else {
        continue_wanted_ = exchange_->scanner_.framing().expects_continue;
    }
    run();
}

void Connection::resume_body() {
    body_paused_ = false;
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
    std::array<char, body_step> swallowed;  // NOLINT: filled by the kernel, read by nobody
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

bool Connection::read_body() {
    if (body_paused_) return false;
    auto& exchange = *exchange_;
    if (continue_wanted_ && exchange.begin_ == exchange.end_) {
        outbox_.tail() += "HTTP/1.1 100 Continue\r\n\r\n";
    }
    continue_wanted_ = false;
    if (exchange.begin_ < exchange.end_ && use_bytes()) return true;
    if (body_ == Body::collecting && !exchange.scanner_.framing().chunked) return receive_into_body();
    if (!readable_) return false;
    make_room(exchange.head_end_);
    if (exchange.end_ == home_.loop.buffers().block_size()) {
        body_broken(400, "a chunk's head is too long");
        return true;
    }
    return receive();
}

bool Connection::use_bytes() {
    return exchange_->scanner_.framing().chunked ? take_chunks() : take_length();
}

bool Connection::take_length() {
    auto& exchange = *exchange_;
    const auto part =
        static_cast<std::size_t>(std::min<std::uint64_t>(exchange.end_ - exchange.begin_, body_left_));
    const std::string_view bytes(exchange.block_.get() + exchange.begin_, part);
    exchange.begin_ += part;
    body_left_ -= part;
    if (body_ == Body::collecting && body_seen_ == 0 && body_left_ == 0) {
        exchange.parts().body = bytes;  // it came whole with its head: nothing to copy
        exchange.head_end_ = exchange.begin_;
        body_complete();
        return true;
    }
    if (!deliver(bytes)) return true;
    if (body_left_ == 0) body_complete();
    return true;
}

bool Connection::take_chunks() {
    auto& exchange = *exchange_;
    std::string decoded;
    auto& into = body_ == Body::collecting ? exchange.body_ : decoded;
    const auto before = into.size();
    std::size_t used = 0;
    const auto found = exchange.chunks_.decode(
        {exchange.block_.get() + exchange.begin_, exchange.end_ - exchange.begin_}, into, used);
    exchange.begin_ += used;
    const auto gained = into.size() - before;
    body_overhead_ += used - gained;
    if (found == ChunkDecoder::State::broken ||
        body_overhead_ > overhead_allowance + 8 * (body_seen_ + gained)) {
        body_broken(400, "the chunked body is malformed");
        return true;
    }
    if (!deliver(decoded.empty() ? std::string_view(into).substr(before) : decoded)) return true;
    if (found == ChunkDecoder::State::end) body_complete();
    return used > 0;
}

bool Connection::deliver(std::string_view bytes) {
    body_seen_ += bytes.size();
    progressed_ = progressed_ || !bytes.empty();
    if (body_ == Body::swallowing) {
        if (body_seen_ <= home_.settings.max_swallowed_bytes) return true;
        keep_alive_ = false;
        body_ = Body::given_up;
        return false;
    }
    if (body_seen_ > body_limit_) {
        body_broken(413, "the body is larger than this route takes");
        return false;
    }
    if (body_ == Body::piping) {
        if (!bytes.empty()) body_paused_ = !exchange_->pipe_->push(bytes);
    } else if (!exchange_->scanner_.framing().chunked) {
        exchange_->body_.append(bytes);
    }
    return true;
}

void Connection::body_complete() {
    const auto was = std::exchange(body_, Body::complete);
    auto& exchange = *exchange_;
    if (was == Body::piping) return exchange.pipe_->end();
    if (was != Body::collecting) return;
    if (!exchange.body_.empty()) exchange.parts().body = exchange.body_;
    std::exchange(exchange.then_, nullptr)();
}

void Connection::body_broken(int status, std::string_view reason) {
    keep_alive_ = false;
    const auto was = std::exchange(body_, Body::given_up);
    if (was == Body::piping) {
        const auto code = status == 413   ? Code::payload_too_large
                          : status == 408 ? Code::request_timeout
                                          : Code::malformed;
        exchange_->pipe_->fail(Error(code, std::string(reason)));
    } else if (was == Body::collecting) {
        exchange_->then_ = nullptr;
        if (exchange_->claim_answer()) refuse(status, reason);
    }
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

bool Connection::receive_into_body() {
    if (!readable_) return false;
    auto& body = exchange_->body_;
    const auto had = body.size();
    const auto room = static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, body_step));
    body.resize(had + room);
    const auto moved = transport_.receive({body.data() + had, room});
    body.resize(had + moved.bytes);
    body_left_ -= moved.bytes;
    body_seen_ += moved.bytes;
    progressed_ = progressed_ || moved.bytes > 0;
    if (!received(moved, room)) return phase_ != Phase::request || body_ != Body::collecting;
    if (body_left_ == 0) body_complete();
    return true;
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
