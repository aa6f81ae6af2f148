// SPDX-License-Identifier: Apache-2.0
// The way in of a body: collected, piped or swallowed, by its length or in chunks.
#include "http/connection.h"

#include <algorithm>
#include <utility>

namespace mortise::http {

namespace {

constexpr std::size_t body_step = 64 * 1024;  // a body's memory grows as its bytes come, not as it promises
constexpr std::uint64_t most_reserved = 1024 * 1024;
constexpr std::uint64_t overhead_allowance = 16 * 1024;  // chunk heads, besides eight times the body

}  // namespace

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

bool Connection::awaits_body() const {
    return body_ == Body::collecting || (body_ == Body::piping && exchange_->pipe_->is_waited_for());
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

}  // namespace mortise::http
