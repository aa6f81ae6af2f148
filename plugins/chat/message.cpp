// SPDX-License-Identifier: Apache-2.0
#include "message.h"

#include <mortise/write_json.h>

#include "refusals.h"

namespace chat {

namespace {

std::vector<Attachment> attachments_of(std::string_view text) {
    static const mortise::Shape<Attachment> plain;  // the limits may have changed since it was stored
    const mortise::Json list = mortise::parse_json(text);
    std::vector<Attachment> attachments;
    mortise::Faults ignored;
    for (const mortise::Json& item : list.as_array()) plain.read(item, attachments.emplace_back(), ignored);
    return attachments;
}

}  // namespace

Message message_of(const mortise::Row& row) {
    Message message;
    message.id = row.text(0);
    message.chat_id = row.text(1);
    message.seq = row.integer(2);
    message.sender_id = row.text(3);
    message.text = row.text(4);
    message.created_at = row.time(5);
    message.client_id = row.get<std::optional<std::string>>(6);
    message.reply_to = row.get<std::optional<std::string>>(7);
    if (!row.is_null(8)) message.attachments = attachments_of(row.text(8));
    message.edited_at = row.get<std::optional<mortise::Time>>(9);
    if (!row.is_null(10)) message.deleted = deleted_for_everyone;
    return message;
}

void hide(Message& message) {
    message.text.clear();
    message.attachments.clear();
    message.reactions.clear();
    message.reply_to.reset();
    if (!message.deleted) message.deleted = deleted_for_me;
}

std::optional<std::string> attachments_text(const std::vector<Attachment>& attachments) {
    if (attachments.empty()) return std::nullopt;
    return mortise::to_json_text(attachments);
}

std::optional<std::string> why_not_a_link(std::string_view url) {
    const bool is_own_path = url.starts_with('/') && !url.starts_with("//");
    if (is_own_path || url.starts_with("https://") || url.starts_with("http://")) return std::nullopt;
    return "Must begin with https://, http:// or /.";
}

void require_content(const std::string& text, const std::vector<Attachment>& attachments) {
    if (text.empty() && attachments.empty())
        refuse_value("/text", "required", "Is required where there are no attachments.");
}

}  // namespace chat
