// SPDX-License-Identifier: Apache-2.0
#include "typing.h"

#include <mortise/services/identity.h>

#include "membership.h"
#include "message.h"

namespace chat {

mortise::Shape<TypingState> Typing::shape() {
    mortise::Shape<TypingState> shape;
    describe_id(shape.at(&TypingState::chat_id));
    return shape;
}

Done Typing::tell(mortise::Socket& socket, const TypingState& state) const {
    const std::string user_id = socket.signed_in()->id;
    const auto members = parts_.database.read([&](mortise::Reader& reader) {
        require_may_write(require_member(reader, state.chat_id, user_id));
        return members_of(reader, state.chat_id);
    });
    parts_.delivery.devices_of(members)
        .except(socket.id())
        .discardable()
        .emit("chat:typing", TypingNews{state.chat_id, user_id, state.is_typing});
    return {};
}

}  // namespace chat
