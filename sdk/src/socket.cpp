// SPDX-License-Identifier: Apache-2.0
#include <mortise/socket.h>

#include <mortise/error.h>
#include <mortise/services/identity.h>
#include <mortise/sockets.h>

namespace mortise {

Broadcaster::~Broadcaster() = default;
Socket::~Socket() = default;
RawSocket::~RawSocket() = default;
Space::~Space() = default;

std::shared_ptr<const User> Socket::signed_in() const {
    auto user = this->user();
    if (!user) throw Error(Code::unauthenticated, "Sign in first.");
    return user;
}

Audience Socket::to_room(std::string_view room) {
    return to_others().to_room(room);
}

Audience Socket::to_others() {
    Target target;
    target.space = space();
    target.except.emplace_back(id());
    return {broadcaster(), std::move(target)};
}

}  // namespace mortise
