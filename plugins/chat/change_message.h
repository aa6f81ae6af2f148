// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

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

/// Changes what was sent before. Each verb returns after the commit.
class ChangeMessage {
public:
    explicit ChangeMessage(const Parts& parts) : parts_(parts) {}

    mortise::Shape<Edit> edit_shape() const;
    static mortise::Shape<Deletion> deletion_shape();
    static mortise::Shape<OwnReaction> reaction_shape();

    struct Changed {
        Message message;
        std::vector<std::string> members;  // whom it concerns; nobody when nothing changed
    };
    Changed edit(std::string_view user_id, const Edit& edit) const;
    Changed remove(std::string_view user_id, const Deletion& deletion) const;
    Changed react(std::string_view user_id, const OwnReaction& reaction) const;

private:
    struct Found {
        Message message;
        Membership member;
    };
    static Found require_message(mortise::Transaction& tx, std::string_view message_id,
                                 std::string_view user_id);
    void require_in_time(const Message& message) const;
    bool store_reaction(mortise::Transaction& tx, const Found& found, const OwnReaction& reaction) const;

    const Parts& parts_;
};

}  // namespace chat
