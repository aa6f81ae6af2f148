// SPDX-License-Identifier: Apache-2.0
#include "old_clients.h"

#include <mortise/services/identity.h>
#include <mortise/write_json.h>

#include "send_message.h"

namespace chat {

namespace {

std::string old_room_of(std::string_view user_id) {
    return "chat.old:" + std::string(user_id);
}

// The flat message, and the same under the old names.
struct OldForm : Message {
    std::string sender;
    std::string message;
    std::string content;
    std::optional<std::string> recipient_id;
    std::optional<std::string> receiver;
};
BOOST_DESCRIBE_STRUCT(OldForm, (Message), (sender, message, content, recipient_id, receiver))

// Over what the client sent of its own.
mortise::Arguments old_form(const Sent& sent, const mortise::JsonObject& fields) {
    const Message& message = sent.message;
    const OldForm form{message,      message.sender_id, message.text,
                       message.text, sent.recipient_id, sent.recipient_id};
    if (fields.empty()) return mortise::Arguments::of(form);
    mortise::JsonObject merged = fields;
    const mortise::Json ours = mortise::parse_json(mortise::to_json_text(form));
    for (const auto& [name, value] : ours.as_object()) merged[name] = value;
    return mortise::Arguments::of(mortise::Json(std::move(merged)));
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
    if (are_served_ && !socket.is_recovered()) socket.join(old_room_of(socket.signed_in()->id));
}

void OldClients::outgrown(mortise::Socket& socket) const {
    if (are_served_) socket.leave(old_room_of(socket.signed_in()->id));
}

void OldClients::tell(const Sent& sent, const mortise::JsonObject& fields, std::string_view socket_id) const {
    if (!are_served_) return;
    mortise::Target sender;
    sender.space = sockets_.name();
    mortise::Target others = sender;
    if (!socket_id.empty()) sender.rooms.emplace_back(socket_id);
    for (const std::string& member : sent.members)
        (member == sent.message.sender_id ? sender : others).rooms.push_back(old_room_of(member));
    const mortise::Arguments form = old_form(sent, fields);
    // Without rooms it would be for everybody.
    if (!sender.rooms.empty()) sockets_.broadcaster().send(sender, sent_event_, form);
    if (!others.rooms.empty()) sockets_.broadcaster().send(others, new_event_, form);
}

}  // namespace chat
