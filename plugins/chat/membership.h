// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/services/database.h>

namespace chat {

inline constexpr std::string_view direct = "direct";
inline constexpr std::string_view group = "group";
inline constexpr std::string_view admin_role = "admin";
inline constexpr std::string_view member_role = "member";

/// A conversation, as one of its members stands in it.
struct Membership {
    std::string chat_id;
    std::string user_id;
    std::string type;
    std::optional<std::string> peer_id;  // of a direct conversation: the other one
    std::optional<std::string> title;
    std::string created_by;
    mortise::Time created_at{};
    std::int64_t last_seq = 0;
    std::string role;
    std::int64_t visible_after = 0;
    std::int64_t delivered_seq = 0;
    std::int64_t read_seq = 0;
    bool is_blocked = false;  // by the peer
    bool has_peer = false;    // the peer is still there

    bool is_direct() const { return type == direct; }
    bool is_admin() const { return role == admin_role; }
    /// Cheap by the watermark: whoever writes has read what stands above.
    std::int64_t unread_count() const { return last_seq - read_seq; }
};
BOOST_DESCRIBE_STRUCT(Membership, (),
                      (chat_id, user_id, type, peer_id, title, created_by, created_at, last_seq, role,
                       visible_after, delivered_seq, read_seq, is_blocked, has_peer))

/// Throws Error(not_found) for everybody but members: ids can't be probed.
Membership require_member(mortise::Reader& reader, std::string_view chat_id, std::string_view user_id);
/// Throws Error(forbidden) where a member may not write: to somebody who blocked them or is gone.
void require_may_write(const Membership& member);
/// Throws Error(forbidden) for all but admins of groups.
void require_admin(const Membership& member);

/// Everybody in the conversation.
std::vector<std::string> members_of(mortise::Reader& reader, std::string_view chat_id);

}  // namespace chat
