// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/describe.hpp>

#include <mortise/options.h>
#include <mortise/socket.h>
#include <mortise/sockets.h>

#include "message.h"

namespace chat {

struct Sent;

/// What clients of older servers send as send_message: one text under either name, for one person under
/// either name or for a conversation.
struct OldMessage {
    std::optional<std::string> recipient_id;
    std::optional<std::string> receiver;
    std::optional<std::string> chat_id;
    std::optional<std::string> message;
    std::optional<std::string> content;
    std::optional<std::string> client_id;
};
BOOST_DESCRIBE_STRUCT(OldMessage, (), (recipient_id, receiver, chat_id, message, content, client_id))

/// Speaks to clients that know nothing of chat:* events, under the names they know. A socket counts as one of
/// them until it sends a chat:* event.
class OldClients {
public:
    OldClients(const mortise::Options& options, mortise::Sockets& sockets);

    bool are_served() const { return are_served_; }
    const std::string& send_event() const { return send_event_; }
    const std::string& new_event() const { return new_event_; }
    const std::string& sent_event() const { return sent_event_; }
    mortise::Shape<OldMessage> shape(const Settings& settings) const;

    void connected(mortise::Socket& socket) const;
    /// It has sent a chat:* event.
    void outgrown(mortise::Socket& socket) const;

    /// Tells old clients of a message; of one sent again only where it came from. `fields` is what an old
    /// client sent: passed on, for it may carry what its kind understands. `socket_id` is where it came from,
    /// empty for none.
    void tell(const Sent& sent, const mortise::JsonObject& fields = {},
              std::string_view socket_id = {}) const;

private:
    bool are_served_;
    std::string send_event_;
    std::string new_event_;
    std::string sent_event_;
    mortise::Sockets& sockets_;
};

}  // namespace chat
