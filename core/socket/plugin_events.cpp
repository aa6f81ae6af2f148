// SPDX-License-Identifier: Apache-2.0
#include "socket/plugin_events.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace mortise::socket {

namespace {

// The clients' libraries raise these themselves and refuse to send them.
constexpr std::array<std::string_view, 6> reserved{"connect",       "connect_error", "disconnect",
                                                   "disconnecting", "newListener",   "removeListener"};

}  // namespace

PluginEvents::PluginEvents(std::string plugin) : plugin_(std::move(plugin)) {}

EventRoute PluginEvents::add(std::string event, EventHandler handler) {
    if (is_closed_)
        throw std::logic_error("the event '" + event +
                               "' is registered after start(): register in start() only");
    if (event.empty()) throw std::invalid_argument("an event needs a name");
    if (std::ranges::find(reserved, event) != reserved.end())
        throw std::invalid_argument("the event '" + event + "' is reserved by the Socket.IO protocol");
    if (!handler) throw std::invalid_argument("the event '" + event + "' has no handler");
    EventDeclaration& declaration = declarations_.emplace_back();
    declaration.event = std::move(event);
    declaration.plugin = plugin_;
    declaration.handler = std::move(handler);
    return EventRoute(declaration);
}

}  // namespace mortise::socket
