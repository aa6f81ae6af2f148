// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <mortise/audience.h>

#include "socket/socket_table.h"

namespace mortise::socket {

class ClientSocket;

/// The sockets of one loop that are in one namespace, and their rooms. Belongs to the loop's thread.
class LocalSpace {
public:
    explicit LocalSpace(const SpaceEntry& space) : entry(space) {}

    const SpaceEntry& entry;

    void add(ClientSocket& socket);
    /// Out of all its rooms, too.
    void remove(ClientSocket& socket);
    void join(ClientSocket& socket, const std::string& room);
    void leave(ClientSocket& socket, std::string_view room);

    ClientSocket* find(std::string_view id) const;
    /// Those the target names, each once. The caller may send to them, but not add or remove any.
    const std::vector<ClientSocket*>& select(const Target& target);
    std::size_t size() const { return sockets_.size(); }

private:
    using Members = std::vector<ClientSocket*>;
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    template <class Visit>
    void each_in(std::string_view room, Visit visit);

    std::unordered_map<std::string_view, ClientSocket*> sockets_;  // by id; views the sockets' own
    std::unordered_map<std::string, Members, TextHash, std::equal_to<>> rooms_;
    Members selected_;  // kept for its memory
    std::uint64_t last_mark_ = 0;
};

}  // namespace mortise::socket
