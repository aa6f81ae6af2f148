// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/log.h>
#include <mortise/services/clock.h>
#include <mortise/services/identity.h>

#include "net/timer_wheel.h"
#include "socket/client_socket.h"
#include "socket/ended_sessions.h"
#include "socket/engine_endpoint.h"
#include "socket/event_queue.h"
#include "socket/packet_assembler.h"
#include "socket/socket_table.h"
#include "socket/token_watch.h"

namespace mortise::socket {

/// What all clients of one loop share.
struct ClientSurroundings {
    SocketLoop& home;
    SocketSurroundings sockets;
    const Identity* identity;    // null: nobody can sign in
    LimitPolicy* connect_limit;  // null: clients may connect as often as they like
    const EndedSessions& ended;
    const Clock& clock;
    const Log& log;
    /// Null for a namespace nobody registered anything in.
    std::function<LocalSpace*(std::string_view)> find_space;
    /// The loops of this node by number.
    std::function<const ClientSurroundings*(std::size_t)> find_loop;
    /// Posts to two loops what no broadcast may come between.
    std::function<void(SocketLoop&, net::Task, SocketLoop&, net::Task)> post_to_both;
};

/// One client that speaks Socket.IO: its packets in, its sockets (one for each namespace it is in), its
/// events in their order. Belongs to its loop's thread.
class Client final : public SessionUser {
public:
    Client(const ClientSurroundings& around, Arrival arrival);
    ~Client() override;

    void on_open(EngineSession& session) override;
    void on_text(std::string_view text) override;
    void on_binary(std::string_view bytes) override;
    void on_closed(std::string_view reason) override;

    void send(SharedFrame frame, bool is_discardable) { session_->send(std::move(frame), is_discardable); }
    /// From its namespace, or from the whole connection.
    void disconnect(ClientSocket& socket, bool closes_connection);
    /// Ends the connection in a way that makes a client come back by itself.
    void close(std::string_view reason) { session_->close(reason); }

private:
    struct Attempt;
    struct Seat {
        std::shared_ptr<ClientSocket> socket;
        std::unique_ptr<TokenWatch> token;  // null: nobody is signed in
    };

    void take(PacketAssembler::Outcome outcome);
    void take_connect(Packet packet);
    void take_event(Packet packet, const Attachments& attachments);
    void take_ack(Packet packet, const Attachments& attachments);
    void connect(LocalSpace& space, std::shared_ptr<const Handshake> handshake);
    void accept(const std::shared_ptr<Attempt>& attempt);
    void recall(const std::shared_ptr<Attempt>& attempt);
    void succeed(const std::shared_ptr<Attempt>& attempt, const ClientSurroundings& there,
                 const std::shared_ptr<ClientSocket>& before);
    void admit(const std::shared_ptr<Attempt>& attempt, const Recollection* before);
    static void read_recovery(const Handshake& handshake, Attempt& attempt);
    bool may_recover(const Handshake& handshake) const;
    void refuse_connect(std::string_view space, std::string_view message, std::string data);
    void leave(Seat seat, std::string_view reason);

    Arguments refresh(ClientSocket& socket, const Message& message);
    void run(ClientSocket& socket, const EventEntry& event, Message message, std::optional<std::uint64_t> id);
    void enqueue(ClientSocket& socket, const EventEntry& event, Message message,
                 std::optional<std::uint64_t> id, LimitLater limit);
    void rest_if_too_many();
    void nothing_came();

    Seat* seat(std::string_view space);

    const ClientSurroundings& around_;
    Arrival arrival_;
    EngineSession* session_ = nullptr;
    PacketAssembler assembler_;
    std::vector<Seat> seats_;
    std::shared_ptr<EventQueue> queue_;
    std::shared_ptr<bool> queue_owner_ = std::make_shared<bool>(true);  // gone when the session is over
    std::size_t arrived_ = 0;                                           // bytes of the packet at hand
    bool is_resting_ = false;
    bool owes_connect_ = true;  // its next connect counts for the limit
    net::Timer first_connect_ = net::Timer::calling<&Client::nothing_came>(this);
};

}  // namespace mortise::socket
