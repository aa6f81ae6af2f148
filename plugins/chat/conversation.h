// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/services/database.h>
#include <mortise/time.h>

namespace chat {

struct Member {
    std::string user_id;
    std::string role;
    mortise::Time joined_at{};
    std::int64_t delivered_seq = 0;
    std::int64_t read_seq = 0;
};
BOOST_DESCRIBE_STRUCT(Member, (), (user_id, role, joined_at, delivered_seq, read_seq))

/// A conversation as one member sees it, with everybody in it.
struct Conversation {
    std::string id;
    std::string type;                    // direct, group
    std::optional<std::string> title;    // of a group
    std::optional<std::string> peer_id;  // of a direct conversation: the other one
    std::string created_by;
    mortise::Time created_at{};
    std::int64_t last_seq = 0;
    std::int64_t unread_count = 0;
    std::vector<Member> members;
};
BOOST_DESCRIBE_STRUCT(Conversation, (),
                      (id, type, title, peer_id, created_by, created_at, last_seq, unread_count, members))

std::vector<std::string> ids_of(const std::vector<Member>& members);

/// Throws Error(not_found) for everybody but members.
Conversation read_conversation(mortise::Reader& reader, std::string_view chat_id, std::string_view user_id);

}  // namespace chat
