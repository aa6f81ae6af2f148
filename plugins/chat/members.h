// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/http.h>

#include "conversation.h"
#include "parts.h"

namespace chat {

/// The body of POST …/members.
struct NewMembers {
    std::vector<std::string> user_ids;
};
BOOST_DESCRIBE_STRUCT(NewMembers, (), (user_ids))

/// The body of PATCH …/members/{userId}.
struct NewRole {
    std::string role;
};
BOOST_DESCRIBE_STRUCT(NewRole, (), (role))

/// A row of chat_members in the making.
struct Joining {
    std::string_view chat_id = {};
    std::string_view user_id = {};
    std::string_view role = {};
    mortise::Time joined_at{};
    std::int64_t last_seq = 0;  // of the conversation: nothing is unread for whoever joins
    std::int64_t visible_after = 0;
};
/// False for somebody who is a member already.
bool add_member(mortise::Transaction& tx, const Joining& joining);

/// Who belongs to a group.
class Members {
public:
    explicit Members(const Parts& parts) : parts_(parts) {}

    mortise::Shape<NewMembers> shape() const;
    static mortise::Shape<NewRole> role_shape();

    Conversation add(const mortise::Request& request) const;
    void remove(const mortise::Request& request) const;
    void leave(const mortise::Request& request) const;
    Conversation set_role(const mortise::Request& request) const;

    /// Takes out somebody who is gone, if they are still in it.
    void forget(std::string_view chat_id, std::string_view user_id) const;

private:
    /// Takes somebody out. A group left without an admin gets its longest-standing member as one; one left
    /// without members is cleared by a job.
    void end_membership(mortise::Transaction& tx, std::string_view chat_id, std::string_view user_id) const;

    const Parts& parts_;
};

}  // namespace chat
