// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/keeper.h"
#include "socket/engine_packet.h"
#include "socket/frame.h"
#include "socket/socket_loop.h"
#include "socket/web_socket.h"

namespace mortise::socket {

class EngineSession;

/// What lies above a session: Socket.IO, or a plugin's own protocol.
class SessionUser {
public:
    virtual ~SessionUser() = default;
    /// The client has its handshake. Called once, first.
    virtual void on_open(EngineSession& session) = 0;
    virtual void on_text(std::string_view text) = 0;
    virtual void on_binary(std::string_view bytes) = 0;
    /// The last word; the user is destroyed soon after.
    virtual void on_closed(std::string_view reason) = 0;
};

/// Where the sessions of a loop are kept.
class SessionKeeper {
public:
    /// It has closed: forget it.
    virtual void session_closed(EngineSession& session) = 0;

protected:
    ~SessionKeeper() = default;
};

/// One client of Engine.IO, over polling, over a WebSocket, or on its way from the one to the other. Belongs
/// to its loop's thread.
///
/// What is sent while no poll waits is kept until one comes; a client that lets more than max_outbox pile up
/// is closed. Closing may happen inside every call; the object lives on until the round is over.
class EngineSession final : private WebSocket::User, private Sender {
public:
    EngineSession(SocketLoop& home, SessionKeeper& keeper, std::string id, EngineVersion version,
                  std::unique_ptr<SessionUser> user);
    EngineSession(const EngineSession&) = delete;
    EngineSession& operator=(const EngineSession&) = delete;
    ~EngineSession();

    /// Begins with the poll that made it; answers it with the handshake.
    void open_polling(http::KeptRequest poll);
    /// Begins over a WebSocket.
    void open_web_socket(std::unique_ptr<WebSocket> socket, std::string_view handshake);

    /// A GET: waits until there is something to tell. `ticket` is its own, for poll_aborted().
    void poll(http::KeptRequest poll, std::uint64_t ticket);
    /// The client of that poll has gone away without waiting for the answer.
    void poll_aborted(std::uint64_t ticket);
    /// A POST: packets of the client. The body must stay until this returns.
    void post(http::KeptRequest post);
    /// A second way to this session; takes over once it has proved to work.
    void probe(std::unique_ptr<WebSocket> socket, std::string_view handshake);

    /// Discardable frames are dropped when the client has not taken what it was sent before.
    void send(SharedFrame frame, bool is_discardable = false);
    /// Whatever was sent before still arrives: a client between two polls, or in the middle of its upgrade,
    /// has a moment to come for it.
    void close(std::string_view reason);

    /// Reads no more events from the client for now.
    void pause();
    void resume();

    const std::string& id() const { return id_; }
    EngineVersion version() const { return version_; }
    bool is_open() const { return state_ == State::open; }
    bool is_polling() const { return socket_ == nullptr; }
    SocketLoop& home() { return home_; }

private:
    enum class State : std::uint8_t { opening, open, leaving, closed };
    class Probe;

    void on_message(bool is_text, std::string_view bytes) override;
    void on_gone(std::uint16_t code, std::string_view reason) override;
    void send_pending() override;

    void opened();
    std::string handshake_json() const;
    void take(const EnginePacket& packet);
    void heard();
    void beat();
    void send_control(EnginePacketType type, std::string_view data = {});
    void push(SharedFrame frame);
    std::size_t unsent() const;
    /// More is unsent than may be; the session ends soon.
    bool has_fallen_behind();
    void drop_probe();
    void upgrade();
    bool has_waiting() const { return !waiting_.empty() || !controls_.empty(); }
    std::string take_waiting();
    void answer_poll(std::string payload);
    void answer_waiting(EnginePacketType type);
    void end(std::string_view reason, bool says_goodbye);

    SocketLoop& home_;
    SessionKeeper& keeper_;
    std::string id_;
    std::unique_ptr<SessionUser> user_;
    std::unique_ptr<WebSocket> socket_;          // null: polling
    std::unique_ptr<Probe> probe_;               // on its way to a WebSocket
    http::KeptRequest poll_;                     // that waits
    std::uint64_t ticket_ = 0;                   // of the poll
    std::vector<http::KeptRequest> held_posts_;  // while paused: a client that has no answer sends no more
    std::vector<SharedFrame> waiting_;           // for a poll
    std::string controls_;                       // encoded packets that stand before waiting_
    std::size_t waiting_bytes_ = 0;
    net::Timer heartbeat_ = net::Timer::calling<&EngineSession::beat>(this);
    EngineVersion version_;
    State state_ = State::opening;
    bool awaits_pong_ = false;
    bool is_paused_ = false;
    bool is_too_slow_ = false;
};

}  // namespace mortise::socket
