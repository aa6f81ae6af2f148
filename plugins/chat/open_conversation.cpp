// SPDX-License-Identifier: Apache-2.0
#include "open_conversation.h"

#include <algorithm>
#include <utility>

#include <mortise/error.h>
#include <mortise/id.h>
#include <mortise/services/identity.h>

#include "blocks.h"
#include "members.h"
#include "membership.h"
#include "message.h"
#include "refusals.h"

namespace chat {

using mortise::Reader;
using mortise::Transaction;

namespace {

// The key of a direct conversation: the same whoever begins.
struct Pair {
    Pair(std::string_view one, std::string_view other)
        : first(std::min(one, other)), second(std::max(one, other)) {}
    std::string_view first, second;
};

std::optional<std::string> find_direct(Reader& reader, const Pair& pair) {
    const auto row = reader.one("SELECT id FROM chat_conversations WHERE first_id = ? AND second_id = ?",
                                pair.first, pair.second);
    if (!row) return std::nullopt;
    return std::string(row->text(0));
}

OpenConversation::Direct create_direct(Transaction& tx, std::string_view user_id, std::string_view other,
                                       mortise::Time now) {
    const Pair pair(user_id, other);
    std::string id = mortise::new_id();
    const auto created = tx.execute(
        "INSERT INTO chat_conversations (id, type, first_id, second_id, created_by, created_at, active_at, "
        "last_seq) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, 0) ON CONFLICT (first_id, second_id) DO NOTHING",
        id, direct, pair.first, pair.second, user_id, now);
    if (created == 0) return {find_direct(tx, pair).value(), false};
    for (const std::string_view member : {user_id, other}) add_member(tx, {id, member, member_role, now});
    return {std::move(id), true};
}

}  // namespace

mortise::Shape<NewConversation> OpenConversation::shape() const {
    mortise::Shape<NewConversation> shape;
    shape.at(&NewConversation::type).one_of({std::string(direct), std::string(group)});
    shape.at(&NewConversation::member_ids)
        .items(0, parts_.settings.group_members - 1)
        .length(1, 128)
        .about("The others: exactly one in a direct conversation.");
    shape.at(&NewConversation::title).length(1, 200).about("Of a group.");
    return shape;
}

mortise::Shape<ConversationChanges> OpenConversation::changes_shape() {
    mortise::Shape<ConversationChanges> shape;
    shape.at(&ConversationChanges::title).length(1, 200);
    return shape;
}

mortise::Response OpenConversation::create(const mortise::Request& request) const {
    const auto& wanted = request.body<NewConversation>();
    const std::string& creator = request.signed_in().id;
    Direct opened;
    if (wanted.type == group) {
        opened = {create_group(creator, wanted), true};
    } else {
        if (wanted.member_ids.size() != 1)
            refuse_value("/memberIds", "not_allowed", "Must be exactly one in a direct conversation.");
        opened = open_direct(creator, wanted.member_ids.front(), "/memberIds/0");
    }
    const Conversation conversation = parts_.database.read(
        [&](Reader& reader) { return read_conversation(reader, opened.chat_id, creator); });
    if (wanted.type == group) tell_beginning(conversation);
    auto response = mortise::to_response(conversation);
    if (!opened.is_new) response.set_status(200);
    response.set_header("Location", "/api/v1/chats/" + opened.chat_id);
    return response;
}

Conversation OpenConversation::show(const mortise::Request& request) const {
    return parts_.database.read([&](Reader& reader) {
        return read_conversation(reader, request.param("id"), request.signed_in().id);
    });
}

Conversation OpenConversation::rename(const mortise::Request& request) const {
    const std::string& asker = request.signed_in().id;
    const std::string& title = request.body<ConversationChanges>().title;
    Conversation renamed = parts_.database.write([&](Transaction& tx) {
        require_admin(require_member(tx, request.param("id"), asker));
        tx.execute("UPDATE chat_conversations SET title = ? WHERE id = ?", title, request.param("id"));
        return read_conversation(tx, request.param("id"), asker);
    });
    parts_.delivery.tell(ids_of(renamed.members), "chat:updated", ConversationNews{renamed.id, title, asker});
    return renamed;
}

mortise::Shape<Opening> OpenConversation::opening_shape() {
    mortise::Shape<Opening> shape;
    describe_id(shape.at(&Opening::chat_id));
    return shape;
}

OpeningAnswer OpenConversation::join(mortise::Socket& socket, const Opening& opening) const {
    return parts_.database.read([&](Reader& reader) {
        return OpeningAnswer{true, read_conversation(reader, opening.chat_id, socket.signed_in()->id)};
    });
}

OpenConversation::Direct OpenConversation::open_direct(std::string_view user_id, const std::string& other,
                                                       std::string_view pointer) const {
    if (user_id == other) refuse_value(std::string(pointer), "own_id", "Must be somebody else.");
    auto known =
        parts_.database.read([&](Reader& reader) { return find_direct(reader, Pair(user_id, other)); });
    if (known) return {std::move(*known), false};
    parts_.require_person(other, pointer);
    return parts_.database.write([&](Transaction& tx) {
        refuse_if_blocked(tx, user_id, {&other, 1});
        return create_direct(tx, user_id, other, parts_.clock.now());
    });
}

std::string OpenConversation::create_group(std::string_view creator, const NewConversation& wanted) const {
    if (!wanted.title) refuse_value("/title", "required", "Is required for a group.");
    parts_.require_people(wanted.member_ids, "/memberIds");
    return parts_.database.write([&](Transaction& tx) {
        refuse_if_blocked(tx, creator, wanted.member_ids);
        std::string id = mortise::new_id();
        const mortise::Time now = parts_.clock.now();
        tx.execute(
            "INSERT INTO chat_conversations (id, type, title, created_by, created_at, active_at, last_seq) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?5, 0)",
            id, group, *wanted.title, creator, now);
        add_member(tx, {id, creator, admin_role, now});
        for (const std::string& member : wanted.member_ids) add_member(tx, {id, member, member_role, now});
        return id;
    });
}

void OpenConversation::tell_beginning(const Conversation& group) const {
    const std::vector<std::string> everybody = ids_of(group.members);
    parts_.delivery.tell(everybody, "chat:member",
                         MemberNews{group.id, "added", everybody, group.created_by, std::nullopt});
}

}  // namespace chat
