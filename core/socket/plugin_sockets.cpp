// SPDX-License-Identifier: Apache-2.0
#include "socket/plugin_sockets.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "socket/client_socket.h"
#include "socket/packet.h"

namespace mortise::socket {

PluginSpace::PluginSpace(PluginSockets& plugin, std::string name) : plugin_(plugin), name_(std::move(name)) {}

EventRoute PluginSpace::add(std::string event, EventHandler handler) {
    if (!handler) throw std::invalid_argument("the event '" + event + "' has no handler");
    EventDeclaration& declaration = plugin_.declare(name_, std::move(event));
    declaration.handler = std::move(handler);
    return EventRoute(declaration);
}

EmittedEvent PluginSpace::emits(std::string event) {
    return EmittedEvent(plugin_.declare(name_, std::move(event)));
}

SocketHooks& PluginSpace::hooks() {
    plugin_.check_open("a hook of the namespace " + name_);
    return hooks_;
}

bool PluginSpace::is_online(std::string_view user_id) const {
    return plugin_.switchboard_.has_members(name_, room_of_user(user_id));
}

Broadcaster& PluginSpace::broadcaster() {
    return plugin_.switchboard_;
}

PluginSockets::PluginSockets(std::string plugin, Switchboard& switchboard)
    : plugin_(std::move(plugin)), switchboard_(switchboard) {
    spaces_.emplace_back(*this, "/");
}

EmittedEvent PluginSockets::emits(std::string event) {
    return spaces_.front().emits(std::move(event));
}

EventRoute PluginSockets::add(std::string event, EventHandler handler) {
    return spaces_.front().add(std::move(event), std::move(handler));
}

Space& PluginSockets::space(std::string name) {
    const auto known = std::ranges::find(spaces_, name, &PluginSpace::name);
    if (known != spaces_.end()) return *known;
    check_open("the namespace " + name);
    if (!name.starts_with('/') || name.find_first_of(",?") != std::string::npos)
        throw std::invalid_argument("the namespace '" + name +
                                    "' does not begin with '/', or has ',' or '?' in it");
    return spaces_.emplace_back(*this, std::move(name));
}

RawRoute PluginSockets::add_raw(std::string path, RawDeclaration::OnMessage on_message) {
    check_open("the raw route " + path);
    if (!on_message) throw std::invalid_argument("the raw route " + path + " has no handler");
    RawDeclaration& declaration = raws_.emplace_back();
    declaration.path = std::move(path);
    declaration.plugin = plugin_;
    declaration.on_message = std::move(on_message);
    return RawRoute(declaration);
}

EventDeclaration& PluginSockets::declare(const std::string& space, std::string event) {
    check_open("the event '" + event + "'");
    if (event.empty()) throw std::invalid_argument("an event needs a name");
    if (is_reserved_event(event))
        throw std::invalid_argument("the event '" + event + "' is reserved by the Socket.IO protocol");
    EventDeclaration& declaration = events_.emplace_back();
    declaration.event = std::move(event);
    declaration.space = space;
    declaration.plugin = plugin_;
    return declaration;
}

void PluginSockets::check_open(std::string_view what) const {
    if (is_closed_)
        throw std::logic_error(std::string(what) + " is registered after start(): register in start() only");
}

}  // namespace mortise::socket
