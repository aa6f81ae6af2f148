// SPDX-License-Identifier: Apache-2.0
#include "socket/room_directory.h"

#include <algorithm>
#include <functional>

namespace mortise::socket {

void RoomDirectory::enter(std::string_view space, std::string_view room, std::size_t loop) {
    std::string key = key_of(space, room);
    auto& shard = const_cast<Shard&>(shard_of(key));  // NOLINT: it is ours
    const std::scoped_lock lock(shard.mutex);
    auto& members = shard.members[std::move(key)];
    members.resize(loops_);
    ++members[loop];
}

void RoomDirectory::leave(std::string_view space, std::string_view room, std::size_t loop) {
    const std::string key = key_of(space, room);
    auto& shard = const_cast<Shard&>(shard_of(key));  // NOLINT: it is ours
    const std::scoped_lock lock(shard.mutex);
    const auto found = shard.members.find(key);
    if (found == shard.members.end()) return;
    --found->second[loop];
    if (std::ranges::all_of(found->second, [](std::uint32_t count) { return count == 0; }))
        shard.members.erase(found);
}

bool RoomDirectory::has_members(std::string_view space, std::string_view room) const {
    const std::string key = key_of(space, room);
    const Shard& shard = shard_of(key);
    const std::scoped_lock lock(shard.mutex);
    return shard.members.contains(key);
}

void RoomDirectory::mark_loops(std::string_view space, std::string_view room,
                               std::vector<bool>& loops) const {
    const std::string key = key_of(space, room);
    const Shard& shard = shard_of(key);
    const std::scoped_lock lock(shard.mutex);
    const auto found = shard.members.find(key);
    if (found == shard.members.end()) return;
    for (std::size_t loop = 0; loop < found->second.size(); ++loop)
        if (found->second[loop] > 0) loops[loop] = true;
}

std::string RoomDirectory::key_of(std::string_view space, std::string_view room) {
    std::string key;
    key.reserve(space.size() + 1 + room.size());
    key += space;
    key += '\n';  // in no namespace's name that a client could send
    key += room;
    return key;
}

const RoomDirectory::Shard& RoomDirectory::shard_of(const std::string& key) const {
    return shards_[std::hash<std::string>{}(key) % shards];
}

}  // namespace mortise::socket
