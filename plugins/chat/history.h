// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/request.h>
#include <mortise/socket.h>

#include "message.h"

namespace chat {

/// The query of GET …/messages: the newest messages, those before a seq, or those after one.
struct HistoryQuery {
    int limit = 20;
    std::optional<std::int64_t> before_seq;
    std::optional<std::int64_t> after_seq;
};
BOOST_DESCRIBE_STRUCT(HistoryQuery, (), (limit, before_seq, after_seq))

/// The payload of chat:history.
struct HistoryRequest : HistoryQuery {
    std::string chat_id;
};
BOOST_DESCRIBE_STRUCT(HistoryRequest, (HistoryQuery), (chat_id))

template <class Query>
mortise::Shape<Query> history_shape() {
    mortise::Shape<Query> shape;
    shape.at(&Query::limit).range(1, 100).about("Messages on a page.");
    shape.at(&Query::before_seq).range(1, 9e15).about("The page of messages that end before this one.");
    shape.at(&Query::after_seq).range(0, 9e15).about("The page of messages that begin after this one.");
    return shape;
}
mortise::Shape<HistoryRequest> history_request_shape();

/// Messages in the order of their seq, without gaps: a deleted one keeps its place.
struct HistoryPage {
    std::vector<Message> data;
    bool has_more = false;      // in the direction that was asked for
    std::int64_t last_seq = 0;  // of the conversation
};
BOOST_DESCRIBE_STRUCT(HistoryPage, (), (data, has_more, last_seq))

/// The acknowledgement of chat:history.
struct HistoryAnswer {
    bool ok = true;
    std::vector<Message> messages;
    bool has_more = false;
    std::int64_t last_seq = 0;
};
BOOST_DESCRIBE_STRUCT(HistoryAnswer, (), (ok, messages, has_more, last_seq))

class History {
public:
    explicit History(const Parts& parts) : parts_(parts) {}

    HistoryPage get(const mortise::Request& request) const;
    HistoryAnswer answer(mortise::Socket& socket, const HistoryRequest& wanted) const;

private:
    HistoryPage page(std::string_view reader, std::string_view chat_id, const HistoryQuery& query) const;

    const Parts& parts_;
};

}  // namespace chat
