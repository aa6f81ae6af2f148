// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/exchange.h"
#include "net/event_loop.h"
#include "net/transport.h"
#include "socket/socket_loop.h"
#include "socket/web_socket_reader.h"

namespace mortise::socket {

/// One WebSocket from its handshake to its end: messages in, frames out. Belongs to its loop's thread.
///
/// Whoever owns it hears messages and, once, that it is over; then it is handed to SocketLoop::bury(). An
/// idle one holds no buffer.
class WebSocket final : private net::Watcher, private Sender {
public:
    class User {
    public:
        virtual void on_message(bool is_text, std::string_view bytes) = 0;
        /// `code` is what the client closed with (1006: its connection broke), or what it was closed with for
        /// breaking the protocol. Nothing more is heard.
        virtual void on_gone(std::uint16_t code, std::string_view reason) = 0;

    protected:
        ~User() = default;
    };

    WebSocket(SocketLoop& home, http::TakenConnection connection, std::uint64_t max_message,
              std::optional<DeflateParameters> deflate);
    WebSocket(const WebSocket&) = delete;
    WebSocket& operator=(const WebSocket&) = delete;
    ~WebSocket();

    /// Sends the answer to the handshake and begins to listen.
    void start(User& user, std::string_view handshake);
    void set_user(User& user) { user_ = &user; }

    /// Sends finished frames at the end of the round; `kept` keeps their bytes.
    void send(std::shared_ptr<const void> kept, std::string_view frames);
    /// Sends a message of its own.
    void send_message(bool is_text, std::string_view bytes);
    /// Whether what WebSocketDeflater makes with its widest window may be sent to this client.
    bool reads_compressed() const { return deflate_ && deflate_->server_window_bits == 15; }
    /// Bytes not yet taken by the client.
    std::size_t unsent() const { return unsent_; }

    /// Reads no further, so that the client has to wait.
    void pause();
    void resume();

    /// Says goodbye and waits a little for the client's answer; owns itself from here on. The user hears
    /// nothing more.
    static void close(std::unique_ptr<WebSocket> socket, std::uint16_t code, std::string_view reason = {});
    /// The same without a word.
    static void cut(std::unique_ptr<WebSocket> socket);

private:
    struct Piece {
        std::shared_ptr<const void> kept;
        std::string_view bytes;
    };
    enum class State : std::uint8_t { open, closing, over };

    void ready(net::Ready what) override;
    void send_pending() override;
    void read();
    void use(std::span<char> bytes);
    void handle(const WebSocketReader::Event& event);
    void peer_closed(std::uint16_t code, std::string_view reason);
    void fail(std::uint16_t code, std::string_view reason);
    void queue(std::string frames);
    bool flush();
    void sent(std::size_t count);
    void forget_sent();
    /// It is over: tells the user, or ends itself when there is none.
    void finish(std::uint16_t code, std::string_view reason);
    void late();

    SocketLoop& home_;
    net::Transport transport_;
    net::ConnectionPlace place_;
    User* user_ = nullptr;  // null: nobody listens any more
    WebSocketReader reader_;
    std::vector<Piece> outbox_;
    std::size_t first_ = 0;  // of the pieces that are not wholly sent
    std::size_t unsent_ = 0;
    std::string held_;                            // received, not looked at: paused in the middle
    std::optional<SocketLoop::Leaving> leaving_;  // while it is closing by itself
    net::Timer limit_ = net::Timer::calling<&WebSocket::late>(this);
    std::optional<DeflateParameters> deflate_;
    State state_ = State::open;
    bool readable_ = false;
    bool hung_up_ = false;
    bool paused_ = false;
    bool closes_when_sent_ = false;
    bool reading_ = false;
};

}  // namespace mortise::socket
