// SPDX-License-Identifier: Apache-2.0
#include "socket/web_socket.h"

#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <utility>

#include "socket/web_socket_writer.h"

namespace mortise::socket {

namespace {

constexpr std::uint16_t abnormal_closure = 1006;  // never on the wire: the connection just ended
constexpr int most_reads_a_turn = 16;             // who sends without end has to share the loop
constexpr std::size_t pieces_a_send = 64;
constexpr std::size_t most_unsent_before_pongs = 64 * 1024;

}  // namespace

WebSocket::WebSocket(SocketLoop& home, http::TakenConnection connection, std::uint64_t max_message,
                     std::optional<DeflateParameters> deflate)
    : home_(home),
      transport_(std::move(connection.transport)),
      place_(std::move(connection.place)),
      reader_(max_message, deflate ? &home.inflater() : nullptr),
      held_(std::move(connection.bytes)),
      deflate_(deflate) {}

WebSocket::~WebSocket() {
    home_.forget(*this);
    if (transport_.is_open()) home_.loop.disarm(transport_.descriptor(), *this);
}

void WebSocket::start(User& user, std::string_view handshake) {
    user_ = &user;
    queue(std::string(handshake));
    home_.loop.arm(transport_.descriptor(), *this);
    if (!held_.empty()) {
        // Later: the owner is still making itself ready.
        paused_ = true;
        resume();
    }
}

void WebSocket::send(std::shared_ptr<const void> kept, std::string_view frames) {
    if (state_ != State::open) return;
    outbox_.push_back({std::move(kept), frames});
    unsent_ += frames.size();
    home_.send_soon(*this);
}

void WebSocket::send_message(bool is_text, std::string_view bytes) {
    if (state_ != State::open) return;
    std::string frame;
    const Opcode opcode = is_text ? Opcode::text : Opcode::binary;
    if (deflate_)
        append_compressed_frame(frame, opcode, bytes, home_.deflater(), *deflate_);
    else
        append_frame(frame, opcode, bytes);
    queue(std::move(frame));
}

void WebSocket::queue(std::string frames) {
    auto kept = std::make_shared<const std::string>(std::move(frames));
    const std::string_view bytes = *kept;
    unsent_ += bytes.size();
    outbox_.push_back({std::move(kept), bytes});
    home_.send_soon(*this);
}

void WebSocket::pause() {
    paused_ = true;
}

void WebSocket::resume() {
    if (!std::exchange(paused_, false)) return;
    readable_ = true;
    home_.send_soon(*this);  // its turn reads on as well
}

void WebSocket::close(std::unique_ptr<WebSocket> socket, std::uint16_t code, std::string_view reason) {
    if (!socket) return;
    WebSocket& self = *socket;
    if (self.state_ == State::over) return self.home_.bury(std::move(socket));
    self.user_ = nullptr;
    self.paused_ = false;
    self.leaving_ = self.home_.keep_leaving(std::move(socket));
    if (self.state_ == State::open) {
        std::string goodbye;
        append_close(goodbye, code, reason);
        self.queue(std::move(goodbye));
        self.state_ = State::closing;
    }
    self.home_.loop.arm(self.limit_, self.home_.settings.close_timeout);
}

void WebSocket::cut(std::unique_ptr<WebSocket> socket) {
    if (!socket) return;
    WebSocket& self = *socket;
    self.state_ = State::over;
    self.user_ = nullptr;
    if (self.transport_.is_open()) {
        self.home_.loop.disarm(self.transport_.descriptor(), self);
        self.transport_.close();
    }
    self.home_.bury(std::move(socket));
}

void WebSocket::ready(net::Ready what) {
    hung_up_ = hung_up_ || what.hung_up;
    // TLS may have had to write before it could read on.
    readable_ = readable_ || what.readable || what.hung_up || (what.writable && transport_.is_tls());
    if (what.writable && !flush()) return;
    read();
}

void WebSocket::send_pending() {
    if (state_ == State::over || !flush()) return;
    if (readable_) read();
}

void WebSocket::read() {
    if (std::exchange(reading_, true)) return;
    int rounds = 0;
    if (!held_.empty() && !paused_ && state_ != State::over) {
        auto held = std::exchange(held_, {});
        use({held.data(), held.size()});
    }
    while (readable_ && !paused_ && state_ != State::over) {
        if (++rounds > most_reads_a_turn) {
            home_.send_soon(*this);
            break;
        }
        auto& buffers = home_.loop.buffers();
        auto block = buffers.take();
        const auto moved = transport_.receive({block.get(), buffers.block_size()});
        // A short receive has emptied the kernel's buffer, so asking again would only cost a call; but an end
        // that has been told already will not be told again.
        readable_ =
            moved.state == net::Moved::State::done && (moved.bytes == buffers.block_size() || hung_up_);
        if (moved.state == net::Moved::State::done) use({block.get(), moved.bytes});
        buffers.give_back(std::move(block));
        if (moved.state == net::Moved::State::closed || moved.state == net::Moved::State::failed)
            finish(abnormal_closure, "transport close");
    }
    reading_ = false;
}

void WebSocket::use(std::span<char> bytes) {
    while (state_ != State::over) {
        if (paused_) {
            held_.append(bytes.data(), bytes.size());
            return;
        }
        const auto event = reader_.next(bytes);
        if (event.kind == WebSocketReader::Kind::more) return;
        handle(event);
    }
}

void WebSocket::handle(const WebSocketReader::Event& event) {
    using Kind = WebSocketReader::Kind;
    switch (event.kind) {
        case Kind::text:
        case Kind::binary:
            if (user_ != nullptr) user_->on_message(event.kind == Kind::text, event.payload);
            break;
        case Kind::ping:
            // Who pings and does not read gets no answers that pile up (RFC 6455 section 5.5.3 lets us).
            if (state_ == State::open && unsent_ <= most_unsent_before_pongs) {
                std::string pong;
                append_frame(pong, Opcode::pong, event.payload);
                queue(std::move(pong));
            }
            break;
        case Kind::close:
            peer_closed(event.code, event.payload);
            break;
        case Kind::fault:
            fail(event.code, event.payload);
            break;
        case Kind::pong:
        case Kind::more:
            break;
    }
}

void WebSocket::peer_closed(std::uint16_t code, std::string_view reason) {
    if (state_ == State::open) {
        std::string goodbye;
        append_close(goodbye, code);
        queue(std::move(goodbye));
        flush();
    }
    finish(code, reason);
}

void WebSocket::fail(std::uint16_t code, std::string_view reason) {
    if (state_ != State::open) return finish(code, reason);
    std::string goodbye;
    append_close(goodbye, code, reason);
    queue(std::move(goodbye));
    state_ = State::closing;
    closes_when_sent_ = true;
    User* user = std::exchange(user_, nullptr);
    if (user != nullptr) user->on_gone(code, reason);
}

bool WebSocket::flush() {
    while (first_ < outbox_.size()) {
        std::array<iovec, pieces_a_send> parts;  // NOLINT: filled as far as it is used
        std::size_t count = 0;
        for (std::size_t place = first_; place < outbox_.size() && count < parts.size(); ++place)
            parts[count++] = {
                const_cast<char*>(outbox_[place].bytes.data()),  // NOLINT: the kernel only reads
                outbox_[place].bytes.size()};
        const auto moved = count == 1 ? transport_.send(outbox_[first_].bytes)
                                      : transport_.send(std::span<const iovec>(parts.data(), count));
        if (moved.state == net::Moved::State::again) {
            forget_sent();
            return true;
        }
        if (moved.state != net::Moved::State::done) {
            finish(abnormal_closure, "transport error");
            return false;
        }
        sent(moved.bytes);
    }
    outbox_ = {};  // an idle connection holds nothing
    first_ = 0;
    if (closes_when_sent_ && state_ == State::closing) {
        transport_.finish_sending();
        closes_when_sent_ = false;
        home_.loop.arm(limit_, home_.settings.close_timeout);
    }
    return true;
}

// Who is never quite up to date would otherwise keep a place for all it ever got.
void WebSocket::forget_sent() {
    if (first_ < outbox_.size() / 2 || first_ < pieces_a_send) return;
    outbox_.erase(outbox_.begin(), outbox_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
}

void WebSocket::sent(std::size_t count) {
    unsent_ -= count;
    while (count > 0) {
        Piece& piece = outbox_[first_];
        if (count < piece.bytes.size()) {
            piece.bytes.remove_prefix(count);
            return;
        }
        count -= piece.bytes.size();
        piece = {};
        ++first_;
    }
}

void WebSocket::finish(std::uint16_t code, std::string_view reason) {
    if (state_ == State::over) return;
    state_ = State::over;
    limit_.cancel();
    home_.loop.disarm(transport_.descriptor(), *this);
    transport_.finish_sending();
    transport_.close();
    if (User* user = std::exchange(user_, nullptr)) user->on_gone(code, reason);
    if (leaving_) home_.bury_leaving(*std::exchange(leaving_, std::nullopt));
}

void WebSocket::late() {
    finish(abnormal_closure, "no answer to the close");
}

}  // namespace mortise::socket
