// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "socket/plugin_events.h"

namespace mortise::socket {

/// Every event of every plugin, by name. Immutable once made; every thread may ask. The plugins' own
/// declarations must outlive it.
class EventTable {
public:
    EventTable() = default;
    /// In the order of the plugins. Throws std::runtime_error with a line for every name that is
    /// registered twice.
    explicit EventTable(const std::vector<const PluginEvents*>& plugins);

    /// Null for an event nobody handles.
    const EventDeclaration* find(std::string_view event) const;
    /// In the order of the plugins, each plugin's in the order of its registration.
    const std::vector<const EventDeclaration*>& all() const { return all_; }

private:
    std::vector<const EventDeclaration*> all_;
    std::unordered_map<std::string_view, const EventDeclaration*> by_name_;  // views the declarations
};

/// One line for each fault: an event that two plugins, or one plugin twice, registered.
std::vector<std::string> conflicts(const std::vector<const PluginEvents*>& plugins);

}  // namespace mortise::socket
