// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/socket.h>

#include "acknowledgements.h"
#include "membership.h"
#include "message.h"

namespace chat {

/// The payload of chat:edit.
struct Edit {
    std::string message_id;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Edit, (), (message_id, text))

/// The payload of chat:delete.
struct Deletion {
    std::string message_id;
    std::string scope = std::string(deleted_for_me);  // forMe, forEveryone
};
BOOST_DESCRIBE_STRUCT(Deletion, (), (message_id, scope))

/// The payload of chat:react.
struct OwnReaction {
    std::string message_id;
    std::string emoji;
    bool remove = false;
};
BOOST_DESCRIBE_STRUCT(OwnReaction, (), (message_id, emoji, remove))

/// Goes out as chat:edited.
struct EditNews {
    std::string chat_id;
    std::string message_id;
    std::int64_t seq = 0;
    std::string sender_id;
    std::string text;
    std::optional<mortise::Time> edited_at;
};
BOOST_DESCRIBE_STRUCT(EditNews, (), (chat_id, message_id, seq, sender_id, text, edited_at))

/// Goes out as chat:deleted.
struct DeletionNews {
    std::string chat_id;
    std::string message_id;
    std::int64_t seq = 0;
    std::string deleted;  // forMe, forEveryone
    std::string by;
    std::string text = {};  // to be laid over what a client has
};
BOOST_DESCRIBE_STRUCT(DeletionNews, (), (chat_id, message_id, seq, deleted, by, text))

/// Goes out as chat:reaction.
struct ReactionNews {
    std::string chat_id;
    std::string message_id;
    std::int64_t seq = 0;
    std::string user_id;
    std::string emoji;
    bool removed = false;
    std::int64_t count = 0;  // of this emoji on this message, now
};
BOOST_DESCRIBE_STRUCT(ReactionNews, (), (chat_id, message_id, seq, user_id, emoji, removed, count))

/// The acknowledgement of chat:edit.
struct EditAnswer {
    bool ok = true;
    Message message;
};
BOOST_DESCRIBE_STRUCT(EditAnswer, (), (ok, message))

/// Changes what was sent before.
class ChangeMessage {
public:
    explicit ChangeMessage(const Parts& parts) : parts_(parts) {}

    mortise::Shape<Edit> edit_shape() const;
    static mortise::Shape<Deletion> deletion_shape();
    static mortise::Shape<OwnReaction> reaction_shape();

    EditAnswer edit(mortise::Socket& socket, const Edit& edit) const;
    Done remove(mortise::Socket& socket, const Deletion& deletion) const;
    Done react(mortise::Socket& socket, const OwnReaction& reaction) const;

private:
    struct Changed {
        Message message;
        std::vector<std::string> members;  // whom it concerns; nobody when nothing changed
        std::int64_t count = 0;            // of the reaction
    };
    Changed store_edit(std::string_view user_id, const Edit& edit) const;
    Changed store_deletion(std::string_view user_id, const Deletion& deletion) const;
    Changed store_reaction(std::string_view user_id, const OwnReaction& reaction) const;
    struct Found {
        Message message;
        Membership member;
    };
    static Found require_message(mortise::Transaction& tx, std::string_view message_id,
                                 std::string_view user_id);
    void require_in_time(const Message& message) const;
    bool hide_message(mortise::Transaction& tx, const Found& found) const;
    bool empty_message(mortise::Transaction& tx, const Found& found) const;
    bool put_reaction(mortise::Transaction& tx, const Found& found, const std::string& emoji) const;

    const Parts& parts_;
};

}  // namespace chat
