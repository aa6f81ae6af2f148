// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <mortise/http.h>

#include "message.h"
#include "parts.h"

namespace chat {

/// A message that is durable.
struct Sent {
    Message message;
    std::vector<std::string> members;  // whom it concerns, the sender too
    bool is_new = true;                // false: stored before under the same client id
};

/// Writes messages, each with the next seq of its conversation.
class SendMessage {
public:
    explicit SendMessage(const Parts& parts) : parts_(parts) {}

    mortise::Shape<NewMessage> shape() const { return message_shape<NewMessage>(parts_.settings); }
    mortise::Response post(const mortise::Request& request) const;

    /// Returns after the commit. Throws Error: not_found, forbidden, unprocessable.
    Sent send(std::string_view sender, std::string_view chat_id, const NewMessage& wanted) const;

private:
    Sent store(mortise::Transaction& tx, std::string_view sender, std::string_view chat_id,
               const NewMessage& wanted) const;

    const Parts& parts_;
};

}  // namespace chat
