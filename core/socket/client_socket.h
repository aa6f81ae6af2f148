// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <mortise/log.h>
#include <mortise/services/identity.h>
#include <mortise/socket.h>

#include "net/timer_wheel.h"
#include "socket/frame.h"
#include "socket/packet.h"
#include "socket/recovery.h"
#include "socket/socket_loop.h"

namespace mortise::socket {

class Absentees;
class Client;
class Hub;
class LocalSpace;
class RoomDirectory;
class Switchboard;

/// What every socket of a node speaks through.
struct SocketSurroundings {
    Switchboard& switchboard;
    RoomDirectory& rooms;
    const Log& log;
    Absentees& absentees;  // of the loop
};

/// One client in one namespace. Plugins hold it from any thread; what it says and does is done on its loop.
class ClientSocket final : public Socket, public std::enable_shared_from_this<ClientSocket> {
public:
    ClientSocket(SocketLoop& home, LocalSpace& space, const SocketSurroundings& around, std::string id,
                 std::shared_ptr<const Handshake> handshake);
    ~ClientSocket() override;

    // For plugins; every thread.
    std::string_view id() const override { return id_; }
    std::string_view space() const override { return space_name_; }
    const Handshake& handshake() const override { return *handshake_; }
    std::shared_ptr<const User> user() const override;
    bool is_connected() const override { return is_connected_.load(std::memory_order_acquire); }
    bool is_recovered() const override { return is_recovered_; }
    void send(std::string_view event, const Arguments& arguments, bool is_discardable) override;
    void ask_then(std::chrono::milliseconds timeout, std::string_view event, const Arguments& arguments,
                  OnAnswer on_answer) override;
    void join(std::string room) override;
    void leave(std::string_view room) override;
    std::vector<std::string> rooms() const override;
    Json data() const override;
    void set_data(Json data) override;
    void disconnect(bool closes_connection) override;

    // For its client; the loop's thread, but for set_user.
    void set_user(std::shared_ptr<const User> user);
    void connected(Client& client);
    /// The client may come back: from now on events carry offsets and are recollected.
    void recollect();
    /// The client has lost its connection; it stays in its rooms.
    void away();
    /// In the place of one who was away, on this loop or another: its id, rooms and data are this one's.
    /// What is sent from now on waits for resume().
    void succeed(const ClientSocket& before, Client& client);
    /// What the one before had recollected: sends what came behind the offset, then what has waited.
    void resume(const Recollection& before, std::uint64_t offset);
    const Recollection* recollection() const { return recollection_.get(); }
    /// Out of the namespace and of its rooms; who waits for answers hears that none will come.
    void gone();
    void deliver(SharedFrame frame, bool is_discardable);
    /// Every thread; nothing when the client wanted none.
    void acknowledge(std::optional<std::uint64_t> id, const Arguments& arguments);
    void answered(std::uint64_t id, std::vector<Argument> arguments);
    void ask_here(std::chrono::milliseconds timeout, std::string event, const Arguments& arguments,
                  OnAnswer on_answer);
    /// Null once it is gone.
    Client* client() const { return client_; }
    LocalSpace& local_space() const { return space_; }
    SocketLoop& home() const { return home_; }
    SocketFacts facts() const;

private:
    friend class LocalSpace;
    struct Question;

    std::vector<Argument> wait_for_answer(std::chrono::milliseconds timeout, std::string_view event,
                                          const Arguments& arguments) override;
    Broadcaster& broadcaster() override;
    void give_up_questions();
    void leave_all();
    /// Makes the loop's tables agree with rooms_.
    void settle(const std::string& room);
    void tell(const OnAnswer& on_answer, std::optional<std::vector<Argument>> answer);
    template <class Call>
    void on_loop(Call call);

    SocketLoop& home_;
    LocalSpace& space_;
    SocketSurroundings around_;
    std::string id_;
    std::string space_name_;
    std::shared_ptr<const Handshake> handshake_;
    std::atomic<bool> is_connected_{false};
    bool is_recovered_ = false;

    mutable std::mutex mutex_;
    std::shared_ptr<const User> user_;
    std::vector<std::string> rooms_;  // the truth; the loop's tables follow
    Json data_;
    bool is_gone_ = false;

    // The loop's own:
    Client* client_ = nullptr;                    // null: gone or away
    bool is_local_ = false;                       // in its LocalSpace
    bool is_held_ = false;                        // what is sent waits
    std::unique_ptr<Recollection> recollection_;  // null: it can't come back
    std::vector<std::string_view> local_rooms_;   // as LocalSpace has it; views its keys
    std::uint64_t mark_ = 0;                      // LocalSpace's
    std::uint64_t last_question_ = 0;
    std::unordered_map<std::uint64_t, std::unique_ptr<Question>> questions_;
};

/// The packet of an event.
SharedFrame event_frame(std::string_view space, std::string_view event, const Arguments& arguments,
                        std::optional<std::uint64_t> id = {});
SharedFrame ack_frame(std::string_view space, std::uint64_t id, const Arguments& arguments);
/// A packet's data, argument by argument, each with the attachments it names; `first` values are left out.
std::vector<Argument> arguments_of(Json data, const Attachments& attachments, std::size_t first);

}  // namespace mortise::socket
