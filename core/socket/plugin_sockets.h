// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>

#include <mortise/sockets.h>

#include "socket/switchboard.h"

namespace mortise::socket {

class PluginSockets;

/// What one plugin registers in one namespace.
class PluginSpace final : public Space {
public:
    PluginSpace(PluginSockets& plugin, std::string name);

    EmittedEvent emits(std::string event) override;
    EventRoute add(std::string event, EventHandler handler) override;
    SocketHooks& hooks() override;
    bool is_online(std::string_view user_id) const override;
    Broadcaster& broadcaster() override;
    const std::string& name() const override { return name_; }

    const SocketHooks& registered_hooks() const { return hooks_; }

private:
    PluginSockets& plugin_;
    std::string name_;
    SocketHooks hooks_;
};

/// What one plugin registers in its start(): events, hooks and raw routes. Used by the starting thread;
/// read-only after. Addresses of the declarations are stable.
class PluginSockets final : public Sockets {
public:
    PluginSockets(std::string plugin, Switchboard& switchboard);
    PluginSockets(const PluginSockets&) = delete;
    PluginSockets& operator=(const PluginSockets&) = delete;

    /// Each throws std::invalid_argument for a name no client may use, std::logic_error once closed.
    EmittedEvent emits(std::string event) override;
    EventRoute add(std::string event, EventHandler handler) override;
    Space& space(std::string name) override;
    RawRoute add_raw(std::string path, RawDeclaration::OnMessage on_message) override;

    SocketHooks& hooks() override { return spaces_.front().hooks(); }
    bool is_online(std::string_view user_id) const override { return spaces_.front().is_online(user_id); }
    Broadcaster& broadcaster() override { return switchboard_; }
    const std::string& name() const override { return spaces_.front().name(); }

    /// start() has returned: from now on registering is a fault of the plugin.
    void close() { is_closed_ = true; }

    const std::string& plugin() const { return plugin_; }
    /// The default namespace first.
    const std::deque<PluginSpace>& spaces() const { return spaces_; }
    /// Of all namespaces, in the order of registration.
    const std::deque<EventDeclaration>& events() const { return events_; }
    const std::deque<RawDeclaration>& raws() const { return raws_; }

private:
    friend class PluginSpace;
    EventDeclaration& declare(const std::string& space, std::string event);
    void check_open(std::string_view what) const;

    std::string plugin_;
    Switchboard& switchboard_;
    std::deque<PluginSpace> spaces_;
    std::deque<EventDeclaration> events_;
    std::deque<RawDeclaration> raws_;
    bool is_closed_ = false;
};

}  // namespace mortise::socket
