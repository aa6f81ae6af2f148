// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/services/database.h>
#include <mortise/shape.h>
#include <mortise/time.h>

#include "parts.h"

namespace chat {

/// A link to something beside the text; what it leads to is kept elsewhere.
struct Attachment {
    std::string url;
    std::optional<std::string> name;
    std::optional<std::string> type;   // media type
    std::optional<std::int64_t> size;  // bytes
};
BOOST_DESCRIBE_STRUCT(Attachment, (), (url, name, type, size))

/// How often a message got one emoji.
struct Reaction {
    std::string emoji;
    std::int64_t count = 0;
    bool mine = false;  // the reader is one of them
};
BOOST_DESCRIBE_STRUCT(Reaction, (), (emoji, count, mine))

/// A message as one reader sees it: the flat object on the wire, over HTTP and over sockets.
struct Message {
    std::string id;
    std::string chat_id;
    std::int64_t seq = 0;
    std::string sender_id;
    std::string text;  // empty once deleted
    mortise::Time created_at{};
    std::optional<std::string> client_id;
    std::optional<std::string> reply_to;
    std::vector<Attachment> attachments;
    std::optional<mortise::Time> edited_at;
    std::optional<std::string> deleted;  // forEveryone, forMe
    std::vector<Reaction> reactions;
};
BOOST_DESCRIBE_STRUCT(Message, (),
                      (id, chat_id, seq, sender_id, text, created_at, client_id, reply_to, attachments,
                       edited_at, deleted, reactions))

inline constexpr std::string_view deleted_for_everyone = "forEveryone";
inline constexpr std::string_view deleted_for_me = "forMe";

/// The columns message_of() reads, of chat_messages under the name m.
inline constexpr std::string_view message_columns =
    "m.id, m.chat_id, m.seq, m.sender_id, m.text, m.created_at, m.client_id, m.reply_to, m.attachments, "
    "m.edited_at, m.deleted_at";
/// A row that begins with message_columns; without reactions.
Message message_of(const mortise::Row& row);
/// What is left of a message its reader deleted for themselves: its place.
void hide(Message& message);

/// The attachments as the table keeps them; absent when there are none.
std::optional<std::string> attachments_text(const std::vector<Attachment>& attachments);

/// The body of POST …/messages.
struct NewMessage {
    std::string text;
    std::optional<std::string> client_id;  // the client's own id: sent again, the message is stored once
    std::optional<std::string> reply_to;   // the id of a message of the same conversation
    std::vector<Attachment> attachments;
};
BOOST_DESCRIBE_STRUCT(NewMessage, (), (text, client_id, reply_to, attachments))

/// The limits of NewMessage and of what is built like it.
template <class Body>
mortise::Shape<Body> message_shape(const Settings& settings);

/// An id of a person or of something of ours, wherever one is sent.
inline void describe_id(mortise::Rules& rules) {
    rules.length(1, 128).not_null();
}

/// Links a page may follow without harm: http, https, or a path of this server.
std::optional<std::string> why_not_a_link(std::string_view url);

/// Throws Error(unprocessable) for a message that says nothing.
void require_content(const std::string& text, const std::vector<Attachment>& attachments);

template <class Body>
mortise::Shape<Body> message_shape(const Settings& settings) {
    mortise::Shape<Attachment> attachment;
    attachment.at(&Attachment::url).length(1, 2000).check("bad_link", why_not_a_link);
    attachment.at(&Attachment::name).length(1, 255);
    attachment.at(&Attachment::type).length(1, 127);
    attachment.at(&Attachment::size).range(0, 9e15);

    mortise::Shape<Body> shape;
    shape.at(&Body::text)
        .length(0, settings.text_length)
        .optional()
        .about("May be left out beside attachments.");
    shape.at(&Body::client_id).length(1, 128).about("Sent again, the message is stored once.");
    shape.at(&Body::reply_to).length(1, 128).about("A message of the same conversation.");
    shape.at(&Body::attachments).items(0, settings.attachments).optional();
    shape.nested(&Body::attachments, std::move(attachment));
    return shape;
}

}  // namespace chat
