// SPDX-License-Identifier: Apache-2.0
#include "send_message.h"

#include <mortise/id.h>
#include <mortise/services/identity.h>

#include "membership.h"
#include "reactions.h"
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
    Message message = message_of(*row);
    add_reactions(reader, sender, message);
    return message;
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

// What an old client sent, in our words.
AddressedMessage addressed(const OldMessage& old) {
    AddressedMessage message;
    message.to = old.recipient_id ? old.recipient_id : old.receiver;
    if (!message.to) message.chat_id = old.chat_id;
    message.text = old.message ? *old.message : old.content.value_or("");
    message.client_id = old.client_id;
    return message;
}

// Goes out again to others, so it must not be much more than a message.
mortise::JsonObject passed_on(const mortise::Json& sent) {
    constexpr std::size_t most_bytes = 4096;
    mortise::JsonObject fields = sent.as_object();
    for (const char* ours : {"message", "content"}) fields.erase(ours);
    if (mortise::to_text(fields).size() > most_bytes)
        refuse_value("", "too_large", "Fields beside the message may have 4096 bytes together.");
    return fields;
}

}  // namespace

SendMessage::SendMessage(const Parts& parts, const OpenConversation& open_conversation,
                         const OldClients& old_clients)
    : parts_(parts),
      open_conversation_(open_conversation),
      old_clients_(old_clients),
      sent_(parts.host.metrics().counter("messages_total", "Messages stored.")),
      repeated_(parts.host.metrics().counter("repeated_messages_total",
                                             "Messages sent again under their client id.")) {}

mortise::Shape<AddressedMessage> SendMessage::addressed_shape() const {
    auto shape = message_shape<AddressedMessage>(parts_.settings);
    shape.at(&AddressedMessage::to).length(1, 128).about("The person it is for; or chatId.");
    shape.at(&AddressedMessage::chat_id).length(1, 128).about("The conversation it is for; or to.");
    return shape;
}

mortise::Response SendMessage::post(const mortise::Request& request) const {
    const Sent sent = send(request.signed_in().id, request.param("id"), request.body<NewMessage>());
    deliver(sent);
    auto response = mortise::to_response(sent.message);
    if (!sent.is_new) response.set_status(200);
    return response;
}

SentAnswer SendMessage::take(mortise::Socket& socket, const AddressedMessage& wanted) const {
    Sent sent = send_addressed(socket.signed_in()->id, wanted);
    deliver(sent);
    return {true, std::move(sent.message)};
}

SentAnswer SendMessage::take_old(mortise::Socket& socket, const mortise::Message& wanted) const {
    const mortise::JsonObject fields = passed_on(wanted.arg(0).json());
    Sent sent = send_addressed(socket.signed_in()->id, addressed(wanted.payload<OldMessage>()));
    deliver(sent, fields, socket.id());
    return {true, std::move(sent.message)};
}

Sent SendMessage::send_addressed(std::string_view sender, const AddressedMessage& wanted) const {
    if (wanted.to.has_value() == wanted.chat_id.has_value())
        refuse_value("/to", "required", "Either to or chatId is required, not both.");
    if (wanted.chat_id) return send(sender, *wanted.chat_id, wanted);
    return send(sender, open_conversation_.open_direct(sender, *wanted.to, "/to").chat_id, wanted);
}

void SendMessage::deliver(const Sent& sent, const mortise::JsonObject& fields,
                          std::string_view socket_id) const {
    (sent.is_new ? sent_ : repeated_).add();
    parts_.delivery.tell(sent.members, "chat:message", sent.message);
    old_clients_.tell(sent, fields, socket_id);
}

Sent SendMessage::send(std::string_view sender, std::string_view chat_id, const NewMessage& wanted) const {
    require_content(wanted.text, wanted.attachments);
    try {
        return parts_.database.write([&](Transaction& tx) { return store(tx, sender, chat_id, wanted); });
    } catch (const StoredMeanwhile&) {
        return parts_.database.read([&](Reader& reader) {
            return Sent{find_repeated(reader, chat_id, sender, *wanted.client_id).value(), {}, {}, false};
        });
    }
}

Sent SendMessage::store(Transaction& tx, std::string_view sender, std::string_view chat_id,
                        const NewMessage& wanted) const {
    const Membership member = require_member(tx, chat_id, sender);
    if (wanted.client_id) {
        if (auto stored = find_repeated(tx, chat_id, sender, *wanted.client_id))
            return {std::move(*stored), {}, {}, false};
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
    return {std::move(message), std::move(members), member.peer_id, true};
}

}  // namespace chat
