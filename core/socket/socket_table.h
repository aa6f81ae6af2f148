// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <mortise/services/limiter.h>

#include "http/lane.h"
#include "socket/plugin_sockets.h"

namespace mortise::socket {

/// One event that clients may send, ready to run.
struct EventEntry {
    const EventDeclaration* declaration;
    http::Lane* lane;              // null: handlers run where they are
    std::uint32_t number = 0;      // its place in SocketTable::events()
    LimitPolicy* limit = nullptr;  // null: not limited
};

/// The hooks of one plugin in one namespace.
struct HookEntry {
    const SocketHooks* hooks;
    http::Lane* lane;
    std::string_view plugin;
};

/// One namespace, of all plugins together.
struct SpaceEntry {
    std::string name;
    std::unordered_map<std::string_view, EventEntry> events;  // views the declarations
    std::vector<HookEntry> hooks;                             // in the order of the plugins

    /// Null for an event nobody handles.
    const EventEntry* find(std::string_view event) const;
};

struct RawEntry {
    const RawDeclaration* declaration;
    http::Lane* lane;
};

/// What one plugin brings to the table.
struct SocketSource {
    const PluginSockets* sockets;
    http::Lane* lane = nullptr;
};

/// Every event, hook and raw route of every plugin. Immutable once made; every thread may ask. The plugins'
/// own declarations must outlive it.
class SocketTable {
public:
    /// In the order of the plugins. Throws std::runtime_error with a line for every name that is
    /// registered twice. The default namespace is there even when nobody registered anything in it. `limiter`
    /// may be null; it stays longer than the table.
    explicit SocketTable(const std::vector<SocketSource>& plugins, Limiter* limiter = nullptr);

    /// Null for a namespace in which nobody registered anything.
    const SpaceEntry* find(std::string_view space) const;
    const EventDeclaration* find(std::string_view space, std::string_view event) const;
    std::vector<std::reference_wrapper<const SpaceEntry>> spaces() const;
    /// In the order of the plugins, each plugin's in the order of its registration; those the server emits
    /// too.
    const std::vector<const EventDeclaration*>& events() const { return events_; }
    const std::vector<RawEntry>& raws() const { return raws_; }
    /// For clients that connect; null: they are not limited.
    LimitPolicy* connect_limit() const { return connect_limit_; }

private:
    SpaceEntry& entry(const std::string& space);

    std::vector<const EventDeclaration*> events_;
    std::vector<RawEntry> raws_;
    LimitPolicy* connect_limit_ = nullptr;
    std::vector<std::unique_ptr<SpaceEntry>> spaces_;  // few: a search from front to back is quickest
};

/// One line for each fault: an event that two plugins, or one plugin twice, registered.
std::vector<std::string> conflicts(const std::vector<SocketSource>& plugins);

}  // namespace mortise::socket
