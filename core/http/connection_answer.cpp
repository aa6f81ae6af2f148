// SPDX-License-Identifier: Apache-2.0
// The way out: answers, their bodies, the end of a connection. The way in is in connection.cpp.
#include <algorithm>
#include <utility>

#include "http/connection.h"
#include "http/response_writer.h"

namespace mortise::http {

namespace {

using State = net::Moved::State;

constexpr std::size_t copied_up_to = 8 * 1024;  // beyond, a piece of its own is cheaper than copying
constexpr std::uint64_t file_budget =
    1024 * 1024;  // a fast reader of a large file must not keep the loop to itself

}  // namespace

void Connection::set_deadline(std::chrono::steady_clock::time_point deadline) {
    home_.loop.arm(deadline_, deadline);
}

void Connection::answer(Response&& response) {
    std::optional<FileBody> file;
    if (std::holds_alternative<Response::File>(response.body())) {
        file = open_file_body(response, exchange_->request());
        if (!file) {
            exchange_->head_lines()
                .clear();  // those of the answer that cannot be given; a refusal has its own
            response = home_.service.refuse(404, "There is no such file.", &exchange_->parts());
        }
    }
    send_answer(std::move(response), std::move(file));
    run();
}

void Connection::hand_over() {
    deadline_.cancel();
    phase_ = Phase::handing_over;
    run();
}

void Connection::refuse(int status, std::string_view reason) {
    const bool known = exchange_->dispatched_;
    if (known) exchange_->claim_answer();
    keep_alive_ = false;
    refused_ = true;
    send_answer(home_.service.refuse(status, reason, known ? &exchange_->parts() : nullptr), std::nullopt);
    if (!known) phase_ = Phase::closing;
}

void Connection::send_answer(Response&& response, std::optional<FileBody> file) {
    const auto& parts = exchange_->parts();
    const bool known = exchange_->dispatched_;
    if (response.status() == 0) response.set_status(200);
    const bool head_only = known && parts.method == Method::head;
    auto* stream = std::get_if<Response::Stream>(&response.body());
    if (stream != nullptr && *stream == nullptr) {
        response.body() = std::string();
        stream = nullptr;
    }
    if (stream != nullptr && !head_only && may_have_body(response.status()) && !start_stream(*stream)) {
        exchange_->head_lines().clear();
        response = home_.service.refuse(503, "No worker is free; try again soon.", known ? &parts : nullptr);
        stream = nullptr;
    }
    deadline_.cancel();
    exchange_->expired_ = nullptr;
    if (asks_to_close(response)) keep_alive_ = false;
    leave_body();

    const bool bodied = may_have_body(response.status());
    AnswerFraming framing;
    framing.minor_version = known ? parts.minor_version : 1;
    if (stream != nullptr) {
        framing.chunked = chunked_answer_ = bodied && framing.minor_version == 1;
        if (!framing.chunked) keep_alive_ = false;
    } else if (bodied) {
        framing.length = file ? file->length : response.body_text().size();
    }
    framing.keep_alive = keep_alive_;
    if (outbox_.empty()) outbox_.lend(home_.take_memory());
    write_head(outbox_.tail(), response, framing, exchange_->head_lines(), home_.date.line(home_.loop.now()));
    answer_status_ = response.status();
    if (!stream_) answer_ = Answer::sent;
    if (bodied && !head_only) send_body(response, std::move(file));
    if (known && answer_ == Answer::sent) report();
}

void Connection::send_body(Response& response, std::optional<FileBody> file) {
    if (file) {
        answer_bytes_ = file->length;
        if (file->length > 0) answer_ = Answer::file;
        outbox_.add(std::move(file->file), file->offset, file->length);
        return;
    }
    const auto text = response.body_text();
    answer_bytes_ = text.size();
    if (text.size() <= copied_up_to) {
        outbox_.tail().append(text);
    } else if (auto* own = std::get_if<std::string>(&response.body())) {
        outbox_.add(std::move(*own));
    } else if (const auto* shared = std::get_if<SharedText>(&response.body())) {
        outbox_.add(shared->bytes());
    }
}

bool Connection::start_stream(Response::Stream& stream) {
    stream_ = std::make_shared<ResponsePipe>(
        home_.settings.stream_buffer_bytes, [kept = exchange_] { kept->on_connection(&Connection::resume); });
    answer_ = Answer::stream;
    const auto task = [kept = exchange_, pipe = stream_, body = std::move(stream)] { pipe->run(body); };
    if (home_.service.run_blocking(*exchange_, task)) return true;
    stream_.reset();
    answer_ = Answer::awaited;
    return false;
}

void Connection::pump_stream() {
    if (outbox_.unsent() >= home_.settings.stream_buffer_bytes) return;
    std::string bytes;
    const auto state = stream_->take(bytes);
    answer_bytes_ += bytes.size();
    if (chunked_answer_) {
        write_chunk(outbox_.tail(), bytes);
    } else {
        outbox_.tail().append(bytes);
    }
    if (state == ResponsePipe::State::open) return;
    answer_ = Answer::sent;
    stream_.reset();
    report();
    if (state == ResponsePipe::State::broken) {
        transport_.reset_on_close();  // a plain end is how HTTP/1.0 tells that a body is whole
        abort();
    } else if (chunked_answer_) {
        outbox_.tail().append(last_chunk);
    }
}

void Connection::leave_body() {
    if (home_.is_draining()) keep_alive_ = false;
    if (!exchange_->dispatched_ || body_ == Body::complete || body_ == Body::given_up) return;
    const auto& framing = exchange_->scanner_.framing();
    const bool not_even_begun = framing.expects_continue && body_seen_ == 0 &&
                                exchange_->begin_ == exchange_->end_ &&
                                (body_ == Body::unread || continue_wanted_);
    const bool short_enough = framing.chunked || body_left_ <= home_.settings.max_swallowed_bytes;
    exchange_->then_ = nullptr;
    if (exchange_->pipe_) exchange_->pipe_->fail(Error(Code::malformed, "The request has been answered."));
    body_paused_ = continue_wanted_ = false;
    body_seen_ = 0;
    if (keep_alive_ && short_enough && !not_even_begun) {
        body_ = Body::swallowing;
    } else {
        body_ = Body::given_up;
        keep_alive_ = false;
    }
}

void Connection::report() {
    home_.service.finished(exchange_->parts(), answer_status_, answer_bytes_,
                           home_.loop.read_clock() - exchange_->started_);
}

bool Connection::flush() {
    if (phase_ == Phase::closed) return false;
    const auto before = outbox_.unsent();
    if (before > 0) {
        const auto state = outbox_.flush(transport_, file_budget);
        progressed_ = progressed_ || outbox_.unsent() < before;
        if (state == State::failed) {
            abort();
            return false;
        }
        if (!outbox_.empty()) {
            if (state == State::done) home_.run_again(*this);
            return false;
        }
    }
    if (answer_ == Answer::file) {
        answer_ = Answer::sent;
        report();
        return true;
    }
    if (phase_ == Phase::handing_over) {
        give_away();
        return false;
    }
    if (phase_ == Phase::closing) {
        close_when_flushed();
        return phase_ == Phase::lingering;
    }
    return before > 0;
}

void Connection::close_when_flushed() {
    // Closing with bytes unread makes the kernel reset the connection, and a client may lose the answer to
    // that.
    const bool unread = refused_ || body_ == Body::given_up || readable_ ||
                        (exchange_ && exchange_->begin_ < exchange_->end_);
    transport_.finish_sending();
    phase_ = unread && !hung_up_ ? Phase::lingering : Phase::closed;
    body_seen_ = 0;
}

void Connection::give_away() {
    auto& exchange = *exchange_;
    home_.loop.disarm(transport_.descriptor(), *this);
    TakenConnection taken{
        &home_.loop, std::move(transport_),
        std::string(exchange.block_.get() + exchange.begin_, exchange.end_ - exchange.begin_),
        home_.another_place()};
    answer_status_ = 101;
    answer_ = Answer::sent;
    report();
    phase_ = Phase::closed;
    std::exchange(exchange.taken_, nullptr)(std::move(taken));
}

void Connection::settle() {
    if (phase_ == Phase::closed) return leave();
    if (outbox_.empty()) home_.give_back(outbox_.take_memory());
    if (phase_ == Phase::head && exchange_ && exchange_->begin_ == exchange_->end_) release_exchange();
    const auto wait = what_to_wait_for();
    if (wait == wait_ && !progressed_) return;
    progressed_ = false;
    wait_ = wait;
    if (wait == Wait::nothing) {
        limit_.cancel();
    } else {
        home_.loop.arm(limit_, limit_of(wait));
    }
}

void Connection::leave() {
    const bool is_done = exchange_ && (!exchange_->dispatched_ || answer_ == Answer::sent);
    if (is_done && nobody_else_holds_exchange()) release_exchange();
    home_.remove(*this);
}

Connection::Wait Connection::what_to_wait_for() const noexcept {
    if (phase_ == Phase::lingering) return Wait::linger;
    if (!outbox_.empty()) return Wait::write;
    if (phase_ == Phase::head) return exchange_ || !served_before_ ? Wait::head : Wait::idle;
    const bool reading = body_ == Body::collecting || body_ == Body::piping || body_ == Body::swallowing;
    return reading && !body_paused_ ? Wait::body : Wait::nothing;
}

std::chrono::milliseconds Connection::limit_of(Wait wait) const noexcept {
    const auto& settings = home_.settings;
    switch (wait) {
        case Wait::head:
            return settings.header_timeout;
        case Wait::idle:
            return settings.idle_timeout;
        case Wait::body:
            return settings.body_timeout;
        case Wait::write:
            return settings.write_timeout;
        case Wait::linger:
            return settings.linger_timeout;
        case Wait::nothing:
            break;
    }
    return {};
}

void Connection::late() {
    switch (wait_) {
        case Wait::head:
            if (exchange_) {
                refuse(408, "the request's head took too long");
            } else {
                phase_ = Phase::closing;
            }
            break;
        case Wait::body:
            if (body_ == Body::swallowing) {
                body_ = Body::given_up;
                phase_ = Phase::closing;
            } else {
                body_broken(408, "the body stalled");
            }
            break;
        case Wait::idle:
            phase_ = Phase::closing;
            break;
        case Wait::write:
        case Wait::linger:
        case Wait::nothing:
            abort();
            break;
    }
    wait_ = Wait::nothing;
    run();
}

void Connection::deadline_reached() {
    if (!exchange_ || !exchange_->expired_) return;
    const auto kept = exchange_;
    std::exchange(kept->expired_, nullptr)();
}

}  // namespace mortise::http
