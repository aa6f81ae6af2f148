// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/describe.hpp>

#include <mortise/page.h>
#include <mortise/request.h>

#include "parts.h"
#include "presence.h"

namespace chat {

struct Block {
    std::string user_id;
    mortise::Time created_at{};
};
BOOST_DESCRIBE_STRUCT(Block, (), (user_id, created_at))

/// The query of GET /api/v1/chats/blocks.
struct BlockQuery {
    int limit = 20;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(BlockQuery, (), (limit, cursor))

/// Whom one does not want to hear from: they can't write to one directly, nor add one to groups, nor see
/// whether one is there. In groups both go on hearing each other.
class Blocks {
public:
    Blocks(const Parts& parts, const Presence& presence) : parts_(parts), presence_(presence) {}

    static mortise::Shape<BlockQuery> query_shape();

    mortise::Page<Block> list(const mortise::Request& request) const;
    void add(const mortise::Request& request) const;
    void remove(const mortise::Request& request) const;

private:
    const Parts& parts_;
    const Presence& presence_;
};

/// Throws Error(forbidden) when one of `others` has blocked the user.
void refuse_if_blocked(mortise::Reader& reader, std::string_view user_id,
                       std::span<const std::string> others);

}  // namespace chat
