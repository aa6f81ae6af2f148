// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/http.h>
#include <mortise/services/metrics.h>
#include <mortise/sockets.h>

#include "message.h"
#include "old_clients.h"
#include "open_conversation.h"
#include "parts.h"

namespace chat {

/// A message that is durable.
struct Sent {
    Message message;
    std::vector<std::string> members;         // whom it concerns, the sender too
    std::optional<std::string> recipient_id;  // of a direct conversation
    bool is_new = true;                       // false: stored before under the same client id
};

/// The payload of chat:send: a message, and whom it is for.
struct AddressedMessage : NewMessage {
    std::optional<std::string> to;       // a person
    std::optional<std::string> chat_id;  // or a conversation
};
BOOST_DESCRIBE_STRUCT(AddressedMessage, (NewMessage), (to, chat_id))

/// The acknowledgement of a message: it is durable.
struct SentAnswer {
    bool ok = true;
    Message message;
};
BOOST_DESCRIBE_STRUCT(SentAnswer, (), (ok, message))

/// Writes messages, each with the next seq of its conversation.
class SendMessage {
public:
    SendMessage(const Parts& parts, const OpenConversation& open_conversation, const OldClients& old_clients);

    mortise::Shape<NewMessage> shape() const { return message_shape<NewMessage>(parts_.settings); }
    mortise::Shape<AddressedMessage> addressed_shape() const;

    mortise::Response post(const mortise::Request& request) const;
    SentAnswer take(mortise::Socket& socket, const AddressedMessage& wanted) const;
    SentAnswer take_old(mortise::Socket& socket, const mortise::Message& wanted) const;

private:
    /// Returns after the commit.
    Sent send(std::string_view sender, std::string_view chat_id, const NewMessage& wanted) const;
    Sent send_addressed(std::string_view sender, const AddressedMessage& wanted) const;
    void deliver(const Sent& sent, const mortise::JsonObject& fields = {},
                 std::string_view socket_id = {}) const;
    Sent store(mortise::Transaction& tx, std::string_view sender, std::string_view chat_id,
               const NewMessage& wanted) const;

    const Parts& parts_;
    const OpenConversation& open_conversation_;
    const OldClients& old_clients_;
    mortise::Counter sent_;
    mortise::Counter repeated_;
};

}  // namespace chat
