// SPDX-License-Identifier: Apache-2.0
#include "socket/local_space.h"

#include <algorithm>

#include "socket/client_socket.h"

namespace mortise::socket {

void LocalSpace::add(ClientSocket& socket) {
    sockets_.emplace(socket.id(), &socket);
}

void LocalSpace::remove(ClientSocket& socket) {
    while (!socket.local_rooms_.empty()) leave(socket, std::string(socket.local_rooms_.back()));
    sockets_.erase(socket.id());
}

void LocalSpace::join(ClientSocket& socket, const std::string& room) {
    const auto [found, is_new] = rooms_.try_emplace(room);
    if (!is_new && std::ranges::find(socket.local_rooms_, room) != socket.local_rooms_.end()) return;
    found->second.push_back(&socket);
    socket.local_rooms_.push_back(found->first);  // views the key, which stays where it is
}

void LocalSpace::leave(ClientSocket& socket, std::string_view room) {
    const auto place = std::ranges::find(socket.local_rooms_, room);
    if (place == socket.local_rooms_.end()) return;
    socket.local_rooms_.erase(place);
    const auto found = rooms_.find(room);
    Members& members = found->second;
    *std::ranges::find(members, &socket) = members.back();
    members.pop_back();
    if (members.empty()) rooms_.erase(found);
}

ClientSocket* LocalSpace::find(std::string_view id) const {
    const auto found = sockets_.find(id);
    return found == sockets_.end() ? nullptr : found->second;
}

template <class Visit>
void LocalSpace::each_in(std::string_view room, Visit visit) {
    if (ClientSocket* socket = find(room)) visit(*socket);  // its id is a room of its own
    const auto found = rooms_.find(room);
    if (found == rooms_.end()) return;
    for (ClientSocket* socket : found->second) visit(*socket);
}

const std::vector<ClientSocket*>& LocalSpace::select(const Target& target) {
    selected_.clear();
    const std::uint64_t mark = ++last_mark_;  // who wears it is not to be taken (again)
    for (const std::string& room : target.except)
        each_in(room, [&](ClientSocket& socket) { socket.mark_ = mark; });
    const auto take = [&](ClientSocket& socket) {
        if (std::exchange(socket.mark_, mark) != mark) selected_.push_back(&socket);
    };
    if (target.rooms.empty())
        for (const auto& [id, socket] : sockets_) take(*socket);
    for (const std::string& room : target.rooms) each_in(room, take);
    return selected_;
}

}  // namespace mortise::socket
