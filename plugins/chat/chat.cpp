// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include <mortise/sdk.h>
#include <mortise/services/events.h>
#include <mortise/services/files.h>
#include <mortise/services/jobs.h>
#include <mortise/services/people.h>

#include "blocks.h"
#include "change_message.h"
#include "conversation_list.h"
#include "forget.h"
#include "group_book.h"
#include "history.h"
#include "members.h"
#include "old_clients.h"
#include "open_conversation.h"
#include "presence.h"
#include "receipts.h"
#include "send_message.h"
#include "shared_files.h"
#include "typing.h"

namespace chat {

struct Features {
    explicit Features(mortise::Host& host)
        : parts(host), old_clients(host.options().group("old_clients"), host.sockets()) {}

    Parts parts;
    OldClients old_clients;
    Presence presence{parts};
    OpenConversation open_conversation{parts};
    ConversationList conversation_list{parts};
    Members members{parts};
    SendMessage send_message{parts, open_conversation, old_clients};
    History history{parts};
    SharedFiles shared_files{parts};
    ChangeMessage change_message{parts};
    Receipts receipts{parts};
    Typing typing{parts};
    Blocks blocks{parts, presence};
    Forget forget{parts, members};
    GroupBook group_book{parts};
};

class Chat final : public mortise::Plugin {
public:
    void start(mortise::Host& host) override {
        Features& features = features_.emplace(host);
        offer_conversations(host.http());
        offer_messages(host.http());
        offer_blocks(host.http());
        take_messages(host.sockets());
        take_signs(host.sockets());
        announce_events(host.sockets());
        host.sockets().on_connect(this, &Chat::connected);
        host.sockets().on_disconnect(this, &Chat::disconnected);
        host.provide<mortise::Groups>(features.group_book);
        host.jobs().handle(forget_job, &features.forget, &Forget::forget_person);
        host.jobs().handle(clear_job, &features.forget, &Forget::clear);
    }

    void ready() override {
        mortise::Host& host = features_->parts.host;
        features_->parts.people = host.find<mortise::People>();
        features_->parts.files = host.find<mortise::Files>();
        features_->presence.start();
        person_deleted_ = host.events().subscribe(mortise::person_deleted_topic, &features_->forget,
                                                  &Forget::on_person_deleted);
    }
    void stop() override {
        person_deleted_ = {};
        features_->presence.stop();
    }

private:
    void offer_conversations(mortise::Http& http) {
        Features& features = *features_;
        http.get("/api/v1/chats", &features.conversation_list, &ConversationList::get)
            .summary("Lists one's conversations, the latest active first")
            .requires_user()
            .query(mortise::page_shape<mortise::PageQuery>())
            .returns<mortise::Page<ConversationSummary>>();
        http.post("/api/v1/chats", &features.open_conversation, &OpenConversation::create)
            .summary("Begins a conversation; with one person there is only one")
            .requires_user()
            .body(features.open_conversation.shape())
            .returns<Conversation>(201)
            .idempotent();
        http.get("/api/v1/chats/{id}", &features.open_conversation, &OpenConversation::show)
            .summary("Shows a conversation and its members")
            .requires_user()
            .returns<Conversation>();
        http.patch("/api/v1/chats/{id}", &features.open_conversation, &OpenConversation::rename)
            .summary("Renames a group")
            .requires_user()
            .body(OpenConversation::changes_shape())
            .returns<Conversation>();
        http.post("/api/v1/chats/{id}/members", &features.members, &Members::add)
            .summary("Adds people to a group")
            .requires_user()
            .body(features.members.shape())
            .returns<Conversation>();
        http.patch("/api/v1/chats/{id}/members/{userId}", &features.members, &Members::set_role)
            .summary("Makes a member an admin of the group, or no longer one")
            .requires_user()
            .body(Members::role_shape())
            .returns<Conversation>();
        http.del("/api/v1/chats/{id}/members/{userId}", &features.members, &Members::remove)
            .summary("Removes somebody from a group")
            .requires_user()
            .returns_nothing();
        http.post("/api/v1/chats/{id}/leave", &features.members, &Members::leave)
            .summary("Leaves a group")
            .requires_user()
            .returns_nothing();
    }

    void offer_messages(mortise::Http& http) {
        Features& features = *features_;
        http.get("/api/v1/chats/{id}/messages", &features.history, &History::get)
            .summary("Shows messages in the order of their seq")
            .requires_user()
            .query(history_shape<HistoryQuery>())
            .returns<HistoryPage>();
        http.post("/api/v1/chats/{id}/messages", &features.send_message, &SendMessage::post)
            .summary("Sends a message")
            .requires_user()
            .limit("message")
            .body(features.send_message.shape())
            .returns<Message>(201)
            .idempotent();
        http.get("/api/v1/chats/{id}/files/{fileId}", &features.shared_files, &SharedFiles::send)
            .summary("Downloads a file that somebody sent")
            .requires_user();
    }

    void offer_blocks(mortise::Http& http) {
        Features& features = *features_;
        http.get("/api/v1/chats/blocks", &features.blocks, &Blocks::list)
            .summary("Lists the people one has blocked")
            .requires_user()
            .query(Blocks::query_shape())
            .returns<mortise::Page<Block>>();
        http.put("/api/v1/chats/blocks/{userId}", &features.blocks, &Blocks::add)
            .summary("Blocks a person")
            .requires_user()
            .returns_nothing();
        http.del("/api/v1/chats/blocks/{userId}", &features.blocks, &Blocks::remove)
            .summary("Lets a blocked person write again")
            .requires_user()
            .returns_nothing();
    }

    // An event of our own: whoever sends one is no old client.
    template <class Feature, class Answer, class Payload>
    mortise::EventRoute take(mortise::Sockets& sockets, std::string event, const Feature& feature,
                             Answer (Feature::*handle)(mortise::Socket&, const Payload&) const,
                             mortise::Shape<Payload> shape) const {
        const OldClients& old_clients = features_->old_clients;
        auto route = sockets.add(
            std::move(event),
            [&feature, &old_clients, handle](mortise::Socket& socket, const mortise::Message& message) {
                old_clients.outgrown(socket);
                return mortise::to_arguments((feature.*handle)(socket, message.payload<Payload>()));
            });
        return route.requires_user().payload(std::move(shape)).template returns<Answer>();
    }

    void take_messages(mortise::Sockets& sockets) {
        Features& features = *features_;
        take(sockets, "chat:send", features.send_message, &SendMessage::take,
             features.send_message.addressed_shape())
            .summary("Sends a message; acknowledged once it is durable")
            .limit("message");
        take(sockets, "chat:edit", features.change_message, &ChangeMessage::edit,
             features.change_message.edit_shape())
            .summary("Changes the text of one's own message")
            .limit("message");
        take(sockets, "chat:delete", features.change_message, &ChangeMessage::remove,
             ChangeMessage::deletion_shape())
            .summary("Deletes a message, for oneself or for everyone");
        take(sockets, "chat:react", features.change_message, &ChangeMessage::react,
             ChangeMessage::reaction_shape())
            .summary("Leaves a reaction on a message, or takes it back");
        take(sockets, "chat:history", features.history, &History::answer, history_request_shape())
            .summary("Asks for messages in the order of their seq");
        take(sockets, "chat:join", features.open_conversation, &OpenConversation::join,
             OpenConversation::opening_shape())
            .summary("Asks for a conversation, its members and how far they have come");
        if (features.old_clients.are_served())
            sockets.on(features.old_clients.send_event(), &features.send_message, &SendMessage::take_old)
                .summary("Sends a message, as older clients do")
                .requires_user()
                .limit("message")
                .payload(features.old_clients.shape(features.parts.settings))
                .returns<SentAnswer>();
    }

    void take_signs(mortise::Sockets& sockets) {
        Features& features = *features_;
        take(sockets, "chat:typing", features.typing, &Typing::tell, Typing::shape())
            .summary("Tells the others that one is typing, or no longer");
        take(sockets, "chat:delivered", features.receipts, &Receipts::delivered, Receipts::shape())
            .summary("Tells up to where one has received everything");
        take(sockets, "chat:read", features.receipts, &Receipts::read, Receipts::shape())
            .summary("Tells up to where one has read everything");
        sockets.on("presence:subscribe", &features.presence, &Presence::subscribe)
            .summary("Asks who of these people is there, and to be told when that changes")
            .requires_user()
            .payload(Presence::shape())
            .returns<PresenceAnswer>();
        sockets.on("presence:unsubscribe", &features.presence, &Presence::unsubscribe)
            .summary("Asks to be told no longer")
            .requires_user()
            .payload(Presence::shape())
            .returns<Done>();
    }

    void announce_events(mortise::Sockets& sockets) {
        sockets.emits("chat:message").summary("A message, to every member's devices").payload<Message>();
        sockets.emits("chat:edited").summary("A message has another text").payload<EditNews>();
        sockets.emits("chat:deleted").summary("A message is gone; its seq stays").payload<DeletionNews>();
        sockets.emits("chat:reaction").summary("A reaction came or went").payload<ReactionNews>();
        sockets.emits("chat:typing").summary("Somebody is typing").payload<TypingNews>();
        sockets.emits("chat:receipt").summary("How far a member has come").payload<Receipt>();
        sockets.emits("chat:member").summary("The members of a group changed").payload<MemberNews>();
        sockets.emits("chat:updated").summary("A group has another title").payload<ConversationNews>();
        sockets.emits("presence:update")
            .summary("Somebody came or went, to who asked")
            .payload<PresenceState>();
        const OldClients& old_clients = features_->old_clients;
        if (!old_clients.are_served()) return;
        sockets.emits(old_clients.new_event()).summary("A message, for older clients");
        sockets.emits(old_clients.sent_event()).summary("One's own message is stored, for older clients");
    }

    void connected(mortise::Socket& socket) const {
        if (!socket.user()) return;
        features_->old_clients.connected(socket);
        features_->presence.connected(socket);
    }
    void disconnected(mortise::Socket& socket, std::string_view) const {
        if (socket.user()) features_->presence.disconnected(socket);
    }

    std::optional<Features> features_;  // made by start()
    mortise::Subscription person_deleted_;
};

}  // namespace chat
MORTISE_PLUGIN(chat::Chat)
