// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include <mortise/services/database.h>

#include "message.h"

namespace chat {

/// Fills in the reactions of messages of one conversation, ascending by seq, as this person sees them.
void add_reactions(mortise::Reader& reader, std::string_view user_id, std::vector<Message>& messages);
/// The same for one message.
void add_reactions(mortise::Reader& reader, std::string_view user_id, Message& message);

}  // namespace chat
