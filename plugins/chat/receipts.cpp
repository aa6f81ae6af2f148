// SPDX-License-Identifier: Apache-2.0
#include "receipts.h"

#include <mortise/services/identity.h>

#include "membership.h"
#include "message.h"
#include "refusals.h"

namespace chat {

mortise::Shape<Watermark> Receipts::shape() {
    mortise::Shape<Watermark> shape;
    describe_id(shape.at(&Watermark::chat_id));
    shape.at(&Watermark::seq).range(1, 9e15).required();
    return shape;
}

ReceiptAnswer Receipts::delivered(mortise::Socket& socket, const Watermark& up_to) const {
    return tell(move(socket.signed_in()->id, up_to, false));
}

ReceiptAnswer Receipts::read(mortise::Socket& socket, const Watermark& up_to) const {
    return tell(move(socket.signed_in()->id, up_to, true));
}

ReceiptAnswer Receipts::tell(const Moved& moved) const {
    const Receipt& receipt = moved.receipt;
    parts_.delivery.tell(moved.members, "chat:receipt", receipt);
    return {true, receipt.delivered_seq, receipt.read_seq, moved.last_seq - receipt.read_seq};
}

Receipts::Moved Receipts::move(std::string_view user_id, const Watermark& up_to, bool is_read) const {
    return parts_.database.write([&](mortise::Transaction& tx) {
        const Membership member = require_member(tx, up_to.chat_id, user_id);
        if (up_to.seq > member.last_seq) refuse_value("/seq", "too_large", "There is no such message yet.");
        const std::int64_t read_up_to = is_read ? up_to.seq : 0;
        const auto moved = tx.one(
            "UPDATE chat_members SET delivered_seq = CASE WHEN delivered_seq < ?1 THEN ?1 ELSE delivered_seq "
            "END, "
            "read_seq = CASE WHEN read_seq < ?2 THEN ?2 ELSE read_seq END "
            "WHERE chat_id = ?3 AND user_id = ?4 AND (delivered_seq < ?1 OR read_seq < ?2) "
            "RETURNING delivered_seq, read_seq",
            up_to.seq, read_up_to, up_to.chat_id, user_id);
        Moved result;
        result.receipt = {member.chat_id, member.user_id, member.delivered_seq, member.read_seq};
        if (moved) {
            result.receipt.delivered_seq = moved->integer(0);
            result.receipt.read_seq = moved->integer(1);
            result.members = members_of(tx, up_to.chat_id);
            if (result.members.size() > parts_.settings.receipts_up_to) result.members = {member.user_id};
        }
        result.last_seq = member.last_seq;
        return result;
    });
}

}  // namespace chat
