// SPDX-License-Identifier: Apache-2.0
#include "change_message.h"

#include <mortise/error.h>
#include <mortise/services/identity.h>

#include "reactions.h"
#include "refusals.h"

namespace chat {

using mortise::Transaction;

namespace {

[[noreturn]] void refuse_deleted() {
    throw mortise::Error(mortise::Code::conflict, "The message was deleted.").named("message_deleted");
}

}  // namespace

mortise::Shape<Edit> ChangeMessage::edit_shape() const {
    mortise::Shape<Edit> shape;
    describe_id(shape.at(&Edit::message_id));
    shape.at(&Edit::text).length(0, parts_.settings.text_length);
    return shape;
}

mortise::Shape<Deletion> ChangeMessage::deletion_shape() {
    mortise::Shape<Deletion> shape;
    describe_id(shape.at(&Deletion::message_id));
    shape.at(&Deletion::scope).one_of({std::string(deleted_for_me), std::string(deleted_for_everyone)});
    return shape;
}

mortise::Shape<OwnReaction> ChangeMessage::reaction_shape() {
    mortise::Shape<OwnReaction> shape;
    describe_id(shape.at(&OwnReaction::message_id));
    shape.at(&OwnReaction::emoji).length(1, 16);
    shape.at(&OwnReaction::remove).optional();
    return shape;
}

EditAnswer ChangeMessage::edit(mortise::Socket& socket, const Edit& edit) const {
    auto [message, members, count] = store_edit(socket.signed_in()->id, edit);
    parts_.delivery.tell(members, "chat:edited",
                         EditNews{message.chat_id, message.id, message.seq, message.sender_id, message.text,
                                  message.edited_at});
    return {true, std::move(message)};
}

Done ChangeMessage::remove(mortise::Socket& socket, const Deletion& deletion) const {
    const std::string user_id = socket.signed_in()->id;
    const auto [message, members, count] = store_deletion(user_id, deletion);
    parts_.delivery.tell(members, "chat:deleted",
                         DeletionNews{message.chat_id, message.id, message.seq, deletion.scope, user_id});
    return {};
}

Done ChangeMessage::react(mortise::Socket& socket, const OwnReaction& reaction) const {
    const std::string user_id = socket.signed_in()->id;
    const auto [message, members, count] = store_reaction(user_id, reaction);
    parts_.delivery.tell(members, "chat:reaction",
                         ReactionNews{message.chat_id, message.id, message.seq, user_id, reaction.emoji,
                                      reaction.remove, count});
    return {};
}

ChangeMessage::Changed ChangeMessage::store_edit(std::string_view user_id, const Edit& edit) const {
    return parts_.database.write([&](Transaction& tx) {
        auto [message, member] = require_message(tx, edit.message_id, user_id);
        if (message.sender_id != user_id)
            refuse_forbidden("not_the_sender", "Only its sender may edit a message.");
        if (message.deleted) refuse_deleted();
        require_may_write(member);
        require_in_time(message);
        require_content(edit.text, message.attachments);
        message.text = edit.text;
        message.edited_at = parts_.clock.now();
        const bool is_there =
            tx.execute("UPDATE chat_messages SET text = ?, edited_at = ? WHERE id = ? AND deleted_at IS NULL",
                       message.text, message.edited_at, message.id) == 1;
        if (!is_there) refuse_deleted();
        add_reactions(tx, user_id, message);
        return Changed{std::move(message), members_of(tx, member.chat_id)};
    });
}

ChangeMessage::Changed ChangeMessage::store_deletion(std::string_view user_id,
                                                     const Deletion& deletion) const {
    return parts_.database.write([&](Transaction& tx) {
        Found found = require_message(tx, deletion.message_id, user_id);
        Changed changed;
        if (deletion.scope == deleted_for_me) {
            if (hide_message(tx, found)) changed.members = {found.member.user_id};
        } else {
            if (empty_message(tx, found)) changed.members = members_of(tx, found.member.chat_id);
        }
        changed.message = std::move(found.message);
        return changed;
    });
}

ChangeMessage::Changed ChangeMessage::store_reaction(std::string_view user_id,
                                                     const OwnReaction& reaction) const {
    return parts_.database.write([&](Transaction& tx) {
        Found found = require_message(tx, reaction.message_id, user_id);
        const bool is_news = reaction.remove
                                 ? tx.execute(
                                       "DELETE FROM chat_reactions WHERE chat_id = ? AND seq = ? AND user_id "
                                       "= ? AND emoji = ?",
                                       found.message.chat_id, found.message.seq, user_id, reaction.emoji) == 1
                                 : put_reaction(tx, found, reaction.emoji);
        Changed changed;
        if (is_news) {
            changed.members = members_of(tx, found.member.chat_id);
            changed.count =
                tx.one("SELECT count(*) FROM chat_reactions WHERE chat_id = ? AND seq = ? AND emoji = ?",
                       found.message.chat_id, found.message.seq, reaction.emoji)
                    .value()
                    .integer(0);
        }
        changed.message = std::move(found.message);
        return changed;
    });
}

bool ChangeMessage::hide_message(Transaction& tx, const Found& found) const {
    return tx.execute(
               "INSERT INTO chat_hidden (user_id, chat_id, seq) VALUES (?, ?, ?) "
               "ON CONFLICT (user_id, chat_id, seq) DO NOTHING",
               found.member.user_id, found.message.chat_id, found.message.seq) == 1;
}

bool ChangeMessage::empty_message(Transaction& tx, const Found& found) const {
    const auto& [message, member] = found;
    if (!member.is_admin()) {
        if (message.sender_id != member.user_id)
            refuse_forbidden("not_the_sender",
                             "Only its sender or an admin of the group may delete a message for all.");
        require_in_time(message);
    }
    tx.execute("DELETE FROM chat_reactions WHERE chat_id = ? AND seq = ?", message.chat_id, message.seq);
    return tx.execute(
               "UPDATE chat_messages SET text = '', attachments = NULL, reply_to = NULL, deleted_at = ? "
               "WHERE id = ? AND deleted_at IS NULL",
               parts_.clock.now(), message.id) == 1;
}

bool ChangeMessage::put_reaction(Transaction& tx, const Found& found, const std::string& emoji) const {
    const auto& [message, member] = found;
    if (message.deleted) refuse_deleted();
    require_may_write(member);
    const bool is_news = tx.execute(
                             "INSERT INTO chat_reactions (chat_id, seq, user_id, emoji, created_at) "
                             "VALUES (?, ?, ?, ?, ?) ON CONFLICT (chat_id, seq, user_id, emoji) DO NOTHING",
                             message.chat_id, message.seq, member.user_id, emoji, parts_.clock.now()) == 1;
    const auto own =
        tx.one("SELECT count(*) FROM chat_reactions WHERE chat_id = ? AND seq = ? AND user_id = ?",
               message.chat_id, message.seq, member.user_id);
    if (own->integer(0) > parts_.settings.reactions)
        refuse_value(
            "/emoji", "too_many",
            "One person may leave " + std::to_string(parts_.settings.reactions) + " reactions on a message.");
    return is_news;
}

ChangeMessage::Found ChangeMessage::require_message(Transaction& tx, std::string_view message_id,
                                                    std::string_view user_id) {
    const auto row =
        tx.one("SELECT " + std::string(message_columns) +
                   " FROM chat_messages m JOIN chat_members r ON r.chat_id = m.chat_id AND r.user_id = ? "
                   "AND r.visible_after < m.seq WHERE m.id = ?",
               user_id, message_id);
    if (!row) refuse_unknown_message();
    Message message = message_of(*row);
    Membership member = require_member(tx, message.chat_id, user_id);
    return {std::move(message), std::move(member)};
}

void ChangeMessage::require_in_time(const Message& message) const {
    if (parts_.clock.now() - message.created_at > parts_.settings.change_window)
        refuse_forbidden("too_late", "The message is too old to be changed.");
}

}  // namespace chat
