// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/http.h>

#include "conversation.h"
#include "membership.h"
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

/// Goes out as chat:member, to those it is about too.
struct MemberNews {
    std::string chat_id;
    std::string change;  // added, removed, left, role
    std::vector<std::string> user_ids;
    std::string by;
    std::optional<std::string> role;  // the new one
};
BOOST_DESCRIBE_STRUCT(MemberNews, (), (chat_id, change, user_ids, by, role))

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
    /// Who of them is new.
    std::vector<std::string> add_all(mortise::Transaction& tx, const Membership& member,
                                     const std::vector<std::string>& ids) const;
    /// Takes somebody out; who was in it before. A group left without an admin gets its longest-standing
    /// member as one; one left without members is cleared by a job.
    std::vector<std::string> end_membership(mortise::Transaction& tx, std::string_view chat_id,
                                            std::string_view user_id) const;
    void tell_end(const std::vector<std::string>& before, std::string change, std::string_view chat_id,
                  std::string_view user_id, std::string_view by) const;

    const Parts& parts_;
};

}  // namespace chat
