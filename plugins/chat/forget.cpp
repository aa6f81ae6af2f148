// SPDX-License-Identifier: Apache-2.0
#include "forget.h"

#include <string>

namespace chat {

using mortise::Transaction;

void Forget::on_person_deleted(const mortise::Event& event) const {
    if (event.from_here) parts_.host.jobs().enqueue({.name = forget_job, .payload = event.payload});
}

void Forget::forget_person(const mortise::Job& job) const {
    const std::string user_id(job.payload.at("userId").as_string());
    const auto chats = parts_.database.query("SELECT chat_id FROM chat_members WHERE user_id = ?", user_id);
    for (const mortise::Row& row : chats) members_.forget(row.text(0), user_id);
    parts_.database.execute("DELETE FROM chat_blocks WHERE user_id = ?1 OR blocked_id = ?1", user_id);
}

void Forget::clear(const mortise::Job& job) const {
    const std::string chat_id(job.payload.at("chatId").as_string());
    constexpr std::int64_t step = 1000;  // messages in one write: other writers wait for it
    const auto last = parts_.database.one("SELECT last_seq FROM chat_conversations WHERE id = ?", chat_id);
    if (!last) return;
    for (std::int64_t from = 0; from < last->integer(0); from += step) {
        parts_.database.write([&](Transaction& tx) {
            tx.execute("DELETE FROM chat_reactions WHERE chat_id = ? AND seq <= ?", chat_id, from + step);
            tx.execute("DELETE FROM chat_messages WHERE chat_id = ? AND seq <= ?", chat_id, from + step);
        });
    }
    parts_.database.execute("DELETE FROM chat_conversations WHERE id = ?", chat_id);
}

}  // namespace chat
