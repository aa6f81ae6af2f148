// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/services/database.h>
#include <mortise/shape.h>
#include <mortise/socket.h>

#include "parts.h"

namespace chat {

/// The payload of chat:delivered and chat:read: everything up to this seq.
struct Watermark {
    std::string chat_id;
    std::int64_t seq = 0;
};
BOOST_DESCRIBE_STRUCT(Watermark, (), (chat_id, seq))

/// How far one member has come; goes out as chat:receipt.
struct Receipt {
    std::string chat_id;
    std::string user_id;
    std::int64_t delivered_seq = 0;
    std::int64_t read_seq = 0;
};
BOOST_DESCRIBE_STRUCT(Receipt, (), (chat_id, user_id, delivered_seq, read_seq))

/// The acknowledgement of both.
struct ReceiptAnswer {
    bool ok = true;
    std::int64_t delivered_seq = 0;
    std::int64_t read_seq = 0;
    std::int64_t unread_count = 0;
};
BOOST_DESCRIBE_STRUCT(ReceiptAnswer, (), (ok, delivered_seq, read_seq, unread_count))

/// Two watermarks for each member instead of ticks for each message; they only rise.
class Receipts {
public:
    explicit Receipts(const Parts& parts) : parts_(parts) {}

    static mortise::Shape<Watermark> shape();

    ReceiptAnswer delivered(mortise::Socket& socket, const Watermark& up_to) const;
    /// What is read has been delivered too.
    ReceiptAnswer read(mortise::Socket& socket, const Watermark& up_to) const;

private:
    struct Moved {
        Receipt receipt;
        std::int64_t last_seq = 0;
        std::vector<std::string> members;  // whom it concerns; nobody when nothing moved
    };
    Moved move(std::string_view user_id, const Watermark& up_to, bool is_read) const;
    ReceiptAnswer tell(const Moved& moved) const;

    const Parts& parts_;
};

}  // namespace chat
