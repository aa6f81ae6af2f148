// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include <mortise/sdk.h>
#include <mortise/services/events.h>
#include <mortise/services/jobs.h>
#include <mortise/services/people.h>

#include "blocks.h"
#include "change_message.h"
#include "conversation_list.h"
#include "forget.h"
#include "history.h"
#include "members.h"
#include "open_conversation.h"
#include "receipts.h"
#include "send_message.h"

namespace chat {

struct Features {
    explicit Features(mortise::Host& host) : parts(host) {}

    Parts parts;
    OpenConversation open_conversation{parts};
    ConversationList conversation_list{parts};
    Members members{parts};
    SendMessage send_message{parts};
    History history{parts};
    ChangeMessage change_message{parts};
    Receipts receipts{parts};
    Blocks blocks{parts};
    Forget forget{parts, members};
};

class Chat final : public mortise::Plugin {
public:
    void start(mortise::Host& host) override {
        Features& features = features_.emplace(host);
        offer_conversations(host.http());
        offer_messages(host.http());
        offer_blocks(host.http());
        host.jobs().handle(forget_job, &features.forget, &Forget::forget_person);
        host.jobs().handle(clear_job, &features.forget, &Forget::clear);
    }

    void ready() override {
        mortise::Host& host = features_->parts.host;
        features_->parts.people = host.find<mortise::People>();
        person_deleted_ = host.events().subscribe(mortise::person_deleted_topic, &features_->forget,
                                                  &Forget::on_person_deleted);
    }
    void stop() override { person_deleted_ = {}; }

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

    std::optional<Features> features_;  // made by start()
    mortise::Subscription person_deleted_;
};

}  // namespace chat
MORTISE_PLUGIN(chat::Chat)
