// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <boost/describe.hpp>

#include <mortise/socket.h>

#include "acknowledgements.h"
#include "parts.h"

namespace chat {

/// The payload of chat:typing.
struct TypingState {
    std::string chat_id;
    bool is_typing = true;
};
BOOST_DESCRIBE_STRUCT(TypingState, (), (chat_id, is_typing))

/// The same, as the others hear it.
struct TypingNews {
    std::string chat_id;
    std::string user_id;
    bool is_typing = true;
};
BOOST_DESCRIBE_STRUCT(TypingNews, (), (chat_id, user_id, is_typing))

/// Passes on that somebody is typing; nothing is kept, and it may be lost.
class Typing {
public:
    explicit Typing(const Parts& parts) : parts_(parts) {}

    static mortise::Shape<TypingState> shape();
    Done tell(mortise::Socket& socket, const TypingState& state) const;

private:
    const Parts& parts_;
};

}  // namespace chat
