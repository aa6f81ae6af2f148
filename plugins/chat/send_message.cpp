// SPDX-License-Identifier: Apache-2.0
#include "send_message.h"

#include <mortise/id.h>
#include <mortise/services/identity.h>

#include "membership.h"
#include "refusals.h"

namespace chat {

using mortise::Reader;
using mortise::Transaction;

namespace {

// Another write stored this client id first: ours is rolled back, so that its seq leaves no gap.
struct StoredMeanwhile {};

std::optional<Message> find_repeated(Reader& reader, std::string_view chat_id, std::string_view sender,
                                     std::string_view client_id) {
    const auto row =
        reader.one("SELECT " + std::string(message_columns) +
                       " FROM chat_messages m WHERE m.chat_id = ? AND m.sender_id = ? AND m.client_id = ?",
                   chat_id, sender, client_id);
    if (!row) return std::nullopt;
    return message_of(*row);
}

void require_target(Reader& reader, const Membership& member, std::string_view message_id) {
    const auto target = reader.one("SELECT 1 FROM chat_messages WHERE id = ? AND chat_id = ? AND seq > ?",
                                   message_id, member.chat_id, member.visible_after);
    if (!target) refuse_value("/replyTo", "unknown_message", "Is no message of this conversation.");
}

std::int64_t take_seq(Transaction& tx, std::string_view chat_id, mortise::Time now) {
    return tx
        .one(
            "UPDATE chat_conversations SET last_seq = last_seq + 1, active_at = ? WHERE id = ? RETURNING "
            "last_seq",
            now, chat_id)
        .value()
        .integer(0);
}

}  // namespace

mortise::Response SendMessage::post(const mortise::Request& request) const {
    const Sent sent = send(request.signed_in().id, request.param("id"), request.body<NewMessage>());
    auto response = mortise::to_response(sent.message);
    if (!sent.is_new) response.set_status(200);
    return response;
}

Sent SendMessage::send(std::string_view sender, std::string_view chat_id, const NewMessage& wanted) const {
    require_content(wanted.text, wanted.attachments);
    try {
        return parts_.database.write([&](Transaction& tx) { return store(tx, sender, chat_id, wanted); });
    } catch (const StoredMeanwhile&) {
        return parts_.database.read([&](Reader& reader) {
            return Sent{find_repeated(reader, chat_id, sender, *wanted.client_id).value(), {}, false};
        });
    }
}

Sent SendMessage::store(Transaction& tx, std::string_view sender, std::string_view chat_id,
                        const NewMessage& wanted) const {
    const Membership member = require_member(tx, chat_id, sender);
    if (wanted.client_id) {
        if (auto stored = find_repeated(tx, chat_id, sender, *wanted.client_id))
            return {std::move(*stored), {}, false};
    }
    require_may_write(member);
    if (wanted.reply_to) require_target(tx, member, *wanted.reply_to);

    Message message;
    message.id = mortise::new_id();
    message.chat_id = chat_id;
    message.sender_id = sender;
    message.text = wanted.text;
    message.created_at = parts_.clock.now();
    message.client_id = wanted.client_id;
    message.reply_to = wanted.reply_to;
    message.attachments = wanted.attachments;
    message.seq = take_seq(tx, chat_id, message.created_at);

    const auto attachments = attachments_text(message.attachments);
    const auto stored = tx.execute(
        "INSERT INTO chat_messages (chat_id, seq, id, sender_id, client_id, text, reply_to, attachments, "
        "created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (chat_id, sender_id, client_id) DO NOTHING",
        message.chat_id, message.seq, message.id, message.sender_id, message.client_id, message.text,
        message.reply_to, attachments, message.created_at);
    if (stored == 0) throw StoredMeanwhile{};
    // Whoever writes has read what stands above: unread counts stay a subtraction.
    tx.execute(
        "UPDATE chat_members SET delivered_seq = ?1, read_seq = ?1 WHERE chat_id = ?2 AND user_id = ?3",
        message.seq, chat_id, sender);
    auto members = member.is_direct() ? std::vector<std::string>{member.user_id, *member.peer_id}
                                      : members_of(tx, chat_id);
    return {std::move(message), std::move(members), true};
}

}  // namespace chat
