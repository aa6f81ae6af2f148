// SPDX-License-Identifier: Apache-2.0
#include "socket/socket_table.h"

#include <algorithm>
#include <stdexcept>

#include <mortise/text.h>

namespace mortise::socket {

const EventEntry* SpaceEntry::find(std::string_view event) const {
    const auto found = events.find(event);
    return found == events.end() ? nullptr : &found->second;
}

SocketTable::SocketTable(const std::vector<SocketSource>& plugins, Limiter* limiter) {
    const std::vector<std::string> faults = conflicts(plugins);
    if (!faults.empty()) throw std::runtime_error(join(faults, "\n"));

    if (limiter != nullptr) connect_limit_ = limiter->policy(Limiter::connect);
    entry("/");
    for (const auto& [sockets, lane] : plugins) {
        for (const EventDeclaration& declaration : sockets->events()) {
            const auto number = static_cast<std::uint32_t>(events_.size());
            events_.push_back(&declaration);
            if (!declaration.handler) continue;
            const bool is_limited = limiter != nullptr && !declaration.limit.empty();
            LimitPolicy* limit = is_limited ? limiter->policy(declaration.limit) : nullptr;
            entry(declaration.space)
                .events.emplace(declaration.event, EventEntry{&declaration, lane, number, limit});
        }
        for (const PluginSpace& space : sockets->spaces()) {
            const SocketHooks& hooks = space.registered_hooks();
            if (hooks.before_connect || hooks.on_connect || hooks.on_disconnect || hooks.before_event)
                entry(space.name()).hooks.push_back({&hooks, lane, sockets->plugin()});
        }
        for (const RawDeclaration& declaration : sockets->raws()) raws_.push_back({&declaration, lane});
    }
}

const SpaceEntry* SocketTable::find(std::string_view space) const {
    const auto found =
        std::ranges::find(spaces_, space, [](const auto& entry) { return std::string_view(entry->name); });
    return found == spaces_.end() ? nullptr : found->get();
}

const EventDeclaration* SocketTable::find(std::string_view space, std::string_view event) const {
    const SpaceEntry* entry = find(space);
    const EventEntry* found = entry == nullptr ? nullptr : entry->find(event);
    return found == nullptr ? nullptr : found->declaration;
}

std::vector<std::reference_wrapper<const SpaceEntry>> SocketTable::spaces() const {
    std::vector<std::reference_wrapper<const SpaceEntry>> all;
    for (const auto& entry : spaces_) all.emplace_back(*entry);
    return all;
}

SpaceEntry& SocketTable::entry(const std::string& space) {
    if (const SpaceEntry* known = find(space)) return const_cast<SpaceEntry&>(*known);  // NOLINT: it is ours
    spaces_.push_back(std::make_unique<SpaceEntry>());
    spaces_.back()->name = space;
    return *spaces_.back();
}

std::vector<std::string> conflicts(const std::vector<SocketSource>& plugins) {
    std::vector<std::string> lines;
    std::unordered_map<std::string, std::string_view> owners;
    for (const SocketSource& source : plugins)
        for (const EventDeclaration& declaration : source.sockets->events()) {
            if (!declaration.handler) continue;  // several plugins may emit one event
            const auto [owner, is_new] =
                owners.emplace(declaration.space + ' ' + declaration.event, declaration.plugin);
            if (is_new) continue;
            const std::string event =
                "the event '" + declaration.event + "'" +
                (declaration.space == "/" ? "" : " in the namespace " + declaration.space);
            lines.push_back(owner->second == declaration.plugin
                                ? declaration.plugin + " registers " + event + " twice"
                                : std::string(owner->second) + " and " + declaration.plugin +
                                      " both register " + event);
        }
    return lines;
}

}  // namespace mortise::socket
