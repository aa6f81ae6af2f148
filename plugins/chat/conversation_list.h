// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/describe.hpp>

#include <mortise/http.h>
#include <mortise/page.h>

#include "parts.h"

namespace chat {

/// The newest message of a conversation, as a list shows it.
struct LastMessage {
    std::string id;
    std::int64_t seq = 0;
    std::string sender_id;
    std::string text;
    bool has_attachments = false;
    mortise::Time created_at{};
    std::optional<std::string> deleted;  // forEveryone, forMe
};
BOOST_DESCRIBE_STRUCT(LastMessage, (), (id, seq, sender_id, text, has_attachments, created_at, deleted))

/// A conversation in one's list.
struct ConversationSummary {
    std::string id;
    std::string type;
    std::optional<std::string> title;
    std::optional<std::string> peer_id;
    std::int64_t member_count = 0;
    mortise::Time created_at{};
    mortise::Time active_at{};  // when the last message came
    std::int64_t last_seq = 0;
    std::int64_t read_seq = 0;
    std::int64_t unread_count = 0;
    std::optional<LastMessage> last_message;
};
BOOST_DESCRIBE_STRUCT(ConversationSummary, (),
                      (id, type, title, peer_id, member_count, created_at, active_at, last_seq, read_seq,
                       unread_count, last_message))

/// One's conversations, the one with the newest message first.
class ConversationList {
public:
    explicit ConversationList(const Parts& parts) : parts_(parts) {}

    mortise::Response get(const mortise::Request& request) const;

private:
    mortise::Page<ConversationSummary> by_cursor(std::string_view user_id,
                                                 const mortise::PageQuery& query) const;
    mortise::NumberedPage<ConversationSummary> by_number(std::string_view user_id,
                                                         const mortise::PageQuery& query) const;

    const Parts& parts_;
};

}  // namespace chat
