// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/http.h>
#include <mortise/socket.h>

#include "conversation.h"
#include "parts.h"

namespace chat {

/// The body of POST /api/v1/chats.
struct NewConversation {
    std::string type;
    std::vector<std::string> member_ids;  // beside oneself
    std::optional<std::string> title;
};
BOOST_DESCRIBE_STRUCT(NewConversation, (), (type, member_ids, title))

/// The body of PATCH /api/v1/chats/{id}.
struct ConversationChanges {
    std::string title;
};
BOOST_DESCRIBE_STRUCT(ConversationChanges, (), (title))

/// The payload of chat:join.
struct Opening {
    std::string chat_id;
};
BOOST_DESCRIBE_STRUCT(Opening, (), (chat_id))

/// The acknowledgement of chat:join: all that a client wants to know when it opens a conversation.
struct OpeningAnswer {
    bool ok = true;
    Conversation chat;
};
BOOST_DESCRIBE_STRUCT(OpeningAnswer, (), (ok, chat))

/// Goes out as chat:updated.
struct ConversationNews {
    std::string chat_id;
    std::string title;
    std::string by;
};
BOOST_DESCRIBE_STRUCT(ConversationNews, (), (chat_id, title, by))

/// Begins conversations and shows them whole.
class OpenConversation {
public:
    explicit OpenConversation(const Parts& parts) : parts_(parts) {}

    mortise::Shape<NewConversation> shape() const;
    static mortise::Shape<ConversationChanges> changes_shape();

    mortise::Response create(const mortise::Request& request) const;
    Conversation show(const mortise::Request& request) const;
    Conversation rename(const mortise::Request& request) const;
    static mortise::Shape<Opening> opening_shape();
    OpeningAnswer join(mortise::Socket& socket, const Opening& opening) const;

    /// The one conversation of two people; begun when there is none yet.
    struct Direct {
        std::string chat_id;
        bool is_new = false;
    };
    /// `pointer` is where the request names `other`, for faults.
    Direct open_direct(std::string_view user_id, const std::string& other, std::string_view pointer) const;

private:
    std::string create_group(std::string_view creator, const NewConversation& wanted) const;
    void tell_beginning(const Conversation& group) const;

    const Parts& parts_;
};

}  // namespace chat
