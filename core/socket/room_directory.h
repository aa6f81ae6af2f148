// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mortise::socket {

/// On which loops somebody is in which room, so that a room of two does not wake every loop. Every thread may
/// ask and tell.
class RoomDirectory {
public:
    explicit RoomDirectory(std::size_t loops) : loops_(loops) {}

    void enter(std::string_view space, std::string_view room, std::size_t loop);
    void leave(std::string_view space, std::string_view room, std::size_t loop);
    bool has_members(std::string_view space, std::string_view room) const;
    /// Marks the loops on which somebody is in this room.
    void mark_loops(std::string_view space, std::string_view room, std::vector<bool>& loops) const;

private:
    struct Shard {
        mutable std::mutex mutex;
        std::unordered_map<std::string, std::vector<std::uint32_t>> members;  // of each loop
    };
    static constexpr std::size_t shards = 16;

    static std::string key_of(std::string_view space, std::string_view room);
    const Shard& shard_of(const std::string& key) const;

    std::size_t loops_;
    std::array<Shard, shards> shards_;
};

}  // namespace mortise::socket
