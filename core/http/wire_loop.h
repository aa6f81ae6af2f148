// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "http/exchange.h"
#include "http/http_date.h"
#include "http/wire_settings.h"
#include "net/address.h"
#include "net/connection_count.h"
#include "net/event_loop.h"
#include "net/transport.h"

namespace mortise::http {

class Connection;
class WireExchange;

/// What the connections of one loop share. Belongs to that loop's thread.
class WireLoop {
public:
    WireLoop(net::EventLoop& event_loop, Service& application, const WireSettings& limits,
             net::ConnectionCount& all);
    WireLoop(const WireLoop&) = delete;
    ~WireLoop();

    /// Takes a newcomer in, or turns it away with a 503 when there are too many.
    void adopt(net::Transport transport, const net::Address& peer);
    /// For a connection that leaves this loop but not the server.
    net::ConnectionPlace another_place() noexcept { return net::ConnectionPlace(count_); }
    /// Forgets and destroys it.
    void remove(Connection& connection) noexcept;

    /// Lets it run on in the next round, after the others have had theirs.
    void run_again(Connection& connection);

    /// From now on every answer is its connection's last, and connections without a request are closed.
    void drain();
    /// Cuts whatever is left.
    void cut();

    std::shared_ptr<WireExchange> take_exchange();
    /// Only one that nobody else holds.
    void give_back(std::shared_ptr<WireExchange> exchange) noexcept;
    std::string take_memory();
    void give_back(std::string memory) noexcept;

    net::EventLoop& loop;
    Service& service;
    const WireSettings& settings;
    DateHeader date;

    bool is_draining() const noexcept { return draining_; }
    std::size_t size() const noexcept { return connections_.size(); }

private:
    void turn_away(net::Transport transport);
    void post_turn();
    void next_turn();

    net::ConnectionCount& count_;
    std::list<Connection> connections_;
    std::vector<std::shared_ptr<WireExchange>> exchanges_;
    std::vector<std::string> memory_;
    std::vector<Connection*> waiting_;                            // for their turn; null: gone meanwhile
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for tasks that may come too late
    bool draining_ = false;
};

}  // namespace mortise::http
