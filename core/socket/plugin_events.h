// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>

#include <mortise/socket.h>

namespace mortise::socket {

/// The socket events one plugin registers in its start(). Used by the starting thread; read-only after.
class PluginEvents final : public Sockets {
public:
    explicit PluginEvents(std::string plugin);

    /// Throws std::invalid_argument for a name no client may send, std::logic_error once closed.
    EventRoute add(std::string event, EventHandler handler) override;
    /// start() has returned: from now on add() is a fault of the plugin.
    void close() { is_closed_ = true; }

    const std::string& plugin() const { return plugin_; }
    /// In the order of registration; stays where it is, as EventRoute points at its elements.
    const std::deque<EventDeclaration>& declarations() const { return declarations_; }

private:
    std::string plugin_;
    std::deque<EventDeclaration> declarations_;
    bool is_closed_ = false;
};

}  // namespace mortise::socket
