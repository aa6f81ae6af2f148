// SPDX-License-Identifier: Apache-2.0
#include "members.h"

#include <mortise/services/identity.h>
#include <mortise/services/jobs.h>

#include "blocks.h"
#include "forget.h"
#include "membership.h"
#include "refusals.h"

namespace chat {

using mortise::Request;
using mortise::Transaction;

namespace {

// Two changes of a group's members at once must not both find room, or leave no admin.
void hold_members(Transaction& tx, std::string_view chat_id) {
    tx.lock("chat_members:" + std::string(chat_id));
}

std::int64_t count_members(Transaction& tx, std::string_view chat_id) {
    return tx.one("SELECT count(*) FROM chat_members WHERE chat_id = ?", chat_id).value().integer(0);
}

[[noreturn]] void refuse_unknown_member() {
    throw mortise::Error(mortise::Code::not_found, "There is no such member.");
}

void refuse_direct(const Membership& member) {
    if (member.is_direct())
        refuse_forbidden("direct_chat", "A direct conversation has its two people for good.");
}

}  // namespace

bool add_member(Transaction& tx, const Joining& joining) {
    return tx.execute(
               "INSERT INTO chat_members (chat_id, user_id, role, joined_at, visible_after, delivered_seq, "
               "read_seq) "
               "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) ON CONFLICT (chat_id, user_id) DO NOTHING",
               joining.chat_id, joining.user_id, joining.role, joining.joined_at, joining.visible_after,
               joining.last_seq) == 1;
}

mortise::Shape<NewMembers> Members::shape() const {
    mortise::Shape<NewMembers> shape;
    shape.at(&NewMembers::user_ids).items(1, parts_.settings.group_members - 1).length(1, 128);
    return shape;
}

mortise::Shape<NewRole> Members::role_shape() {
    mortise::Shape<NewRole> shape;
    shape.at(&NewRole::role).one_of({std::string(admin_role), std::string(member_role)});
    return shape;
}

Conversation Members::add(const Request& request) const {
    const auto& ids = request.body<NewMembers>().user_ids;
    const std::string& asker = request.signed_in().id;
    parts_.require_people(ids, "/userIds");
    auto [conversation, added] = parts_.database.write([&](Transaction& tx) {
        hold_members(tx, request.param("id"));
        const Membership member = require_member(tx, request.param("id"), asker);
        require_admin(member);
        refuse_if_blocked(tx, asker, ids);
        std::vector<std::string> added = add_all(tx, member, ids);
        if (count_members(tx, member.chat_id) > static_cast<std::int64_t>(parts_.settings.group_members))
            refuse_value(
                "/userIds", "too_many",
                "A group has at most " + std::to_string(parts_.settings.group_members) + " members.");
        return std::pair(read_conversation(tx, member.chat_id, asker), std::move(added));
    });
    if (!added.empty())
        parts_.delivery.tell(ids_of(conversation.members), "chat:member",
                             MemberNews{conversation.id, "added", added, asker, std::nullopt});
    return std::move(conversation);
}

void Members::remove(const Request& request) const {
    const std::string& asker = request.signed_in().id;
    const auto before = parts_.database.write([&](Transaction& tx) {
        hold_members(tx, request.param("id"));
        require_admin(require_member(tx, request.param("id"), asker));
        return end_membership(tx, request.param("id"), request.param("userId"));
    });
    tell_end(before, "removed", request.param("id"), request.param("userId"), asker);
}

void Members::leave(const Request& request) const {
    const std::string& asker = request.signed_in().id;
    const auto before = parts_.database.write([&](Transaction& tx) {
        hold_members(tx, request.param("id"));
        refuse_direct(require_member(tx, request.param("id"), asker));
        return end_membership(tx, request.param("id"), asker);
    });
    tell_end(before, "left", request.param("id"), asker, asker);
}

Conversation Members::set_role(const Request& request) const {
    const std::string& asker = request.signed_in().id;
    const std::string& role = request.body<NewRole>().role;
    Conversation conversation = parts_.database.write([&](Transaction& tx) {
        hold_members(tx, request.param("id"));
        require_admin(require_member(tx, request.param("id"), asker));
        const bool is_member =
            tx.execute("UPDATE chat_members SET role = ? WHERE chat_id = ? AND user_id = ?", role,
                       request.param("id"), request.param("userId")) == 1;
        if (!is_member) refuse_unknown_member();
        if (!tx.one("SELECT 1 FROM chat_members WHERE chat_id = ? AND role = ?", request.param("id"),
                    admin_role))
            refuse_forbidden("last_admin", "A group needs an admin: appoint another one first.");
        return read_conversation(tx, request.param("id"), asker);
    });
    parts_.delivery.tell(
        ids_of(conversation.members), "chat:member",
        MemberNews{conversation.id, "role", {std::string(request.param("userId"))}, asker, role});
    return conversation;
}

void Members::forget(std::string_view chat_id, std::string_view user_id) const {
    const auto before = parts_.database.write([&](Transaction& tx) -> std::vector<std::string> {
        hold_members(tx, chat_id);
        if (!tx.one("SELECT 1 FROM chat_members WHERE chat_id = ? AND user_id = ?", chat_id, user_id))
            return {};
        return end_membership(tx, chat_id, user_id);
    });
    tell_end(before, "left", chat_id, user_id, user_id);
}

std::vector<std::string> Members::add_all(Transaction& tx, const Membership& member,
                                          const std::vector<std::string>& ids) const {
    Joining joining{.chat_id = member.chat_id, .role = member_role, .joined_at = parts_.clock.now()};
    joining.last_seq = member.last_seq;
    joining.visible_after = parts_.settings.new_members_see_everything ? 0 : member.last_seq;
    std::vector<std::string> added;
    for (const std::string& id : ids) {
        joining.user_id = id;
        if (add_member(tx, joining)) added.push_back(id);
    }
    return added;
}

void Members::tell_end(const std::vector<std::string>& before, std::string change, std::string_view chat_id,
                       std::string_view user_id, std::string_view by) const {
    parts_.delivery.tell(
        before, "chat:member",
        MemberNews{
            std::string(chat_id), std::move(change), {std::string(user_id)}, std::string(by), std::nullopt});
}

std::vector<std::string> Members::end_membership(Transaction& tx, std::string_view chat_id,
                                                 std::string_view user_id) const {
    std::vector<std::string> before = members_of(tx, chat_id);
    if (tx.execute("DELETE FROM chat_members WHERE chat_id = ? AND user_id = ?", chat_id, user_id) == 0)
        refuse_unknown_member();
    tx.execute("DELETE FROM chat_hidden WHERE user_id = ? AND chat_id = ?", user_id, chat_id);
    if (count_members(tx, chat_id) == 0) {
        parts_.host.jobs().enqueue(tx,
                                   {.name = clear_job, .payload = mortise::JsonObject{{"chatId", chat_id}}});
        return before;
    }
    tx.execute(
        "UPDATE chat_members SET role = ?1 WHERE chat_id = ?2 "
        "AND NOT EXISTS (SELECT 1 FROM chat_members WHERE chat_id = ?2 AND role = ?1) "
        "AND user_id = (SELECT user_id FROM chat_members WHERE chat_id = ?2 ORDER BY joined_at, user_id "
        "LIMIT 1) "
        "AND EXISTS (SELECT 1 FROM chat_conversations WHERE id = ?2 AND type = ?3)",
        admin_role, chat_id, group);
    return before;
}

}  // namespace chat
