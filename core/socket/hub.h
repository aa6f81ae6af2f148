// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include <mortise/log.h>
#include <mortise/services/clock.h>
#include <mortise/services/events.h>
#include <mortise/services/identity.h>
#include <mortise/subscription.h>

#include "http/plugin_routes.h"
#include "net/loop_group.h"
#include "socket/ended_sessions.h"
#include "socket/engine_endpoint.h"
#include "socket/room_directory.h"
#include "socket/socket_figures.h"
#include "socket/socket_settings.h"
#include "socket/socket_table.h"
#include "socket/switchboard.h"

namespace mortise::socket {

class LocalSpace;
struct ClientSurroundings;
class RawEndpoint;

/// The sockets of this node as a whole: where they come in, and how everybody reaches them.
///
/// Made before the plugins and gone after them. open() when they have registered, attach() when there are
/// loops, detach() before these go; by one thread.
class Hub final : public Switchboard {
public:
    Hub(SocketSettings settings, const Clock& clock, Log log);
    ~Hub() override;

    /// `identity` may be null; `table` stays until the end, or until this is called again before attach(),
    /// for what is left when a plugin was left out.
    void open(const SocketTable& table, const Identity* identity, Events& events);
    /// The ways in; valid from open() on.
    const http::PluginRoutes& routes() const { return *routes_; }
    void attach(net::LoopGroup& loops);

    /// Tells every client that the server goes away; new ones are still taken. From no loop's thread.
    void close_all(std::string_view reason);
    /// Cuts what is left. From no loop's thread; the loops run.
    void detach();

    void send(const Target& target, std::string_view event, const Arguments& arguments) override;
    Answers ask(const Target& target, std::chrono::milliseconds timeout, std::string_view event,
                const Arguments& arguments) override;
    std::vector<SocketFacts> fetch(const Target& target) override;
    void join(const Target& target, const std::string& room) override;
    void leave(const Target& target, const std::string& room) override;
    void disconnect(const Target& target, bool closes_connection) override;
    bool has_members(std::string_view space, std::string_view room) const override;

    const SocketFigures& figures() const { return figures_; }

private:
    struct Local;

    /// Calls on every loop on which the target may have somebody, with those it has; returns how many loops.
    template <class Call>
    std::size_t on_loops(const Target& target, Call call);
    std::vector<bool> loops_of(const Target& target) const;
    const ClientSurroundings* surroundings_of(std::size_t number) const;
    void post_to_both(SocketLoop& first, net::Task first_task, SocketLoop& second, net::Task second_task);
    void check_may_wait() const;
    void session_ended(const Event& event);

    const SocketSettings settings_;
    const Clock& clock_;
    Log log_;
    SocketFigures figures_;
    std::unique_ptr<RoomDirectory> rooms_;
    const SocketTable* table_ = nullptr;
    const Identity* identity_ = nullptr;
    EndedSessions ended_;
    Subscription session_ended_;
    std::optional<http::PluginRoutes> routes_;
    std::unique_ptr<EngineEndpoint> endpoint_;
    std::vector<std::unique_ptr<RawEndpoint>> raws_;
    /// Broadcasts share it while they post; who holds it alone posts between two of them.
    std::shared_mutex between_broadcasts_;
    net::LoopGroup* group_ = nullptr;
    std::atomic<bool> is_attached_{false};
    std::vector<std::unique_ptr<SocketLoop>> loops_;
    std::vector<std::unique_ptr<Local>> locals_;  // of each loop
};

}  // namespace mortise::socket
