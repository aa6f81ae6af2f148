// SPDX-License-Identifier: Apache-2.0
#include "socket/event_table.h"

#include <stdexcept>

namespace mortise::socket {

EventTable::EventTable(const std::vector<const PluginEvents*>& plugins) {
    std::string faults;
    for (const std::string& line : conflicts(plugins)) faults += (faults.empty() ? "" : "\n") + line;
    if (!faults.empty()) throw std::runtime_error(faults);
    for (const PluginEvents* plugin : plugins)
        for (const EventDeclaration& declaration : plugin->declarations()) {
            all_.push_back(&declaration);
            by_name_.emplace(declaration.event, &declaration);
        }
}

const EventDeclaration* EventTable::find(std::string_view event) const {
    const auto found = by_name_.find(event);
    return found == by_name_.end() ? nullptr : found->second;
}

std::vector<std::string> conflicts(const std::vector<const PluginEvents*>& plugins) {
    std::vector<std::string> lines;
    std::unordered_map<std::string_view, std::string_view> owners;
    for (const PluginEvents* plugin : plugins)
        for (const EventDeclaration& declaration : plugin->declarations()) {
            const auto [owner, is_new] = owners.emplace(declaration.event, declaration.plugin);
            if (is_new) continue;
            lines.push_back(owner->second == declaration.plugin
                                ? declaration.plugin + " registers the event '" + declaration.event +
                                      "' twice"
                                : std::string(owner->second) + " and " + declaration.plugin +
                                      " both register the event '" + declaration.event + "'");
        }
    return lines;
}

}  // namespace mortise::socket
