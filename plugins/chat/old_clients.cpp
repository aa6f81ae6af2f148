// SPDX-License-Identifier: Apache-2.0
#include "old_clients.h"

#include <mortise/services/identity.h>
#include <mortise/write_json.h>

#include "send_message.h"

namespace chat {

namespace {

std::string room_of(std::string_view user_id) {
    return "chat.old:" + std::string(user_id);
}

// The flat message, and the same under the old names, over what the client sent of its own.
mortise::Json old_form(const Sent& sent, const mortise::JsonObject& fields) {
    mortise::JsonObject form = fields;
    const mortise::Json message = mortise::parse_json(mortise::to_json_text(sent.message));
    for (const auto& [name, value] : message.as_object()) form[name] = value;
    form["sender"] = sent.message.sender_id;
    form["message"] = sent.message.text;
    form["content"] = sent.message.text;
    if (sent.recipient_id) {
        form["recipientId"] = *sent.recipient_id;
        form["receiver"] = *sent.recipient_id;
    }
    return form;
}

}  // namespace

OldClients::OldClients(const mortise::Options& options, mortise::Sockets& sockets)
    : are_served_(options.flag("enabled")),
      send_event_(options.text("send")),
      new_event_(options.text("received")),
      sent_event_(options.text("sent")),
      sockets_(sockets) {}

mortise::Shape<OldMessage> OldClients::shape(const Settings& settings) const {
    mortise::Shape<OldMessage> shape;
    shape.at(&OldMessage::recipient_id).length(1, 128).about("Whom it is for; receiver means the same.");
    shape.at(&OldMessage::receiver).length(1, 128);
    shape.at(&OldMessage::chat_id).length(1, 128).about("Or the conversation it is for.");
    shape.at(&OldMessage::message).length(1, settings.text_length).about("The text; content means the same.");
    shape.at(&OldMessage::content).length(1, settings.text_length);
    shape.at(&OldMessage::client_id).length(1, 128);
    return shape;
}

void OldClients::connected(mortise::Socket& socket) const {
    // One that came back with its rooms is in or out of this one as it was.
    if (are_served_ && !socket.is_recovered()) socket.join(room_of(socket.signed_in()->id));
}

void OldClients::outgrown(mortise::Socket& socket) const {
    if (are_served_) socket.leave(room_of(socket.signed_in()->id));
}

void OldClients::tell(const Sent& sent, const mortise::JsonObject& fields, std::string_view socket_id) const {
    if (!are_served_) return;
    const mortise::Json form = old_form(sent, fields);
    mortise::Target sender;
    sender.space = sockets_.name();
    mortise::Target others = sender;
    if (!socket_id.empty()) sender.rooms.emplace_back(socket_id);
    for (const std::string& member : sent.members)
        (member == sent.message.sender_id ? sender : others).rooms.push_back(room_of(member));
    emit(sender, sent_event_, form);
    emit(others, new_event_, form);
}

void OldClients::emit(const mortise::Target& target, const std::string& event,
                      const mortise::Json& form) const {
    if (target.rooms.empty()) return;  // which would be everybody
    mortise::Audience(sockets_.broadcaster(), target).emit(event, form);
}

}  // namespace chat
