// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <mortise/socket.h>
#include <mortise/testing/test_socket.h>

#include "socket/socket_table.h"
#include "socket/switchboard.h"

namespace mortise::testing {

/// The clients of a test, all in the default namespace, and what plugins send them. Every thread.
class TestSockets final : public socket::Switchboard {
public:
    /// The events and hooks the plugins have registered; must outlive the clients.
    void serve(const socket::SocketTable& table) { table_ = &table; }
    /// Throws what the limit or a hook refuses it with.
    std::shared_ptr<TestSocket::Client> connect(std::shared_ptr<const User> user, std::string address);

    void send(const Target& target, std::string_view event, const Arguments& arguments) override;
    Answers ask(const Target& target, std::chrono::milliseconds timeout, std::string_view event,
                const Arguments& arguments) override;
    std::vector<SocketFacts> fetch(const Target& target) override;
    void join(const Target& target, const std::string& room) override;
    void leave(const Target& target, const std::string& room) override;
    void disconnect(const Target& target, bool closes_connection) override;
    bool has_members(std::string_view space, std::string_view room) const override;

private:
    friend class TestSocket::Client;
    using Clients = std::vector<std::shared_ptr<TestSocket::Client>>;
    Clients clients_in(const Target& target) const;

    const socket::SpaceEntry& space() const { return *table_->find("/"); }

    const socket::SocketTable* table_ = nullptr;
    mutable std::mutex mutex_;
    Clients clients_;
    int made_ = 0;
};

/// One of them, as the plugins see it.
class TestSocket::Client final : public Socket, public std::enable_shared_from_this<Client> {
public:
    struct Received {
        std::string event;
        std::vector<Argument> arguments;
    };

    Client(TestSockets& sockets, std::string id, std::shared_ptr<const User> user, std::string address);

    /// The arguments of the acknowledgement, when one is wanted.
    Arguments handle(std::string event, std::vector<Argument> arguments, bool wants_acknowledgement = true);
    std::vector<Received> take(std::string_view event);
    std::vector<Received> take_all();
    std::vector<std::string> waiting() const;
    void close(std::string_view reason);
    bool is_in(std::string_view room) const;

    std::string_view id() const override { return id_; }
    std::string_view space() const override { return "/"; }
    const Handshake& handshake() const override { return handshake_; }
    std::shared_ptr<const User> user() const override { return user_; }
    bool is_connected() const override;
    bool is_recovered() const override { return false; }
    void send(std::string_view event, const Arguments& arguments, bool is_discardable) override;
    void ask_then(std::chrono::milliseconds timeout, std::string_view event, const Arguments& arguments,
                  OnAnswer on_answer) override;
    void join(std::string room) override;
    void leave(std::string_view room) override;
    std::vector<std::string> rooms() const override;
    Json data() const override;
    void set_data(Json data) override;
    void disconnect(bool closes_connection) override;

private:
    std::vector<Argument> wait_for_answer(std::chrono::milliseconds timeout, std::string_view event,
                                          const Arguments& arguments) override;
    Broadcaster& broadcaster() override { return sockets_; }

    TestSockets& sockets_;
    const std::string id_;
    const std::shared_ptr<const User> user_;
    const Handshake handshake_;
    mutable std::mutex mutex_;
    std::set<std::string, std::less<>> rooms_;
    std::vector<Received> received_;
    Json data_;
    bool is_connected_ = true;
};

}  // namespace mortise::testing
