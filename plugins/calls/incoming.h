// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <mortise/json.h>

#include "call_events.h"

namespace calls {

struct LiveCall;
struct Parts;

/// An object that a client says of itself, as text. Refuses (422, at `pointer`) what is no object or too
/// large.
std::string info_text(const Parts& parts, const mortise::Json& object, std::string_view pointer);
/// What a client says of its person, with the id and the name the server knows in place of what it may claim.
/// Null says nothing more; refuses as info_text() does.
std::string shown_info(const Parts& parts, std::string_view user_id, const mortise::Json& sent,
                       std::string_view pointer);

/// The call, as those hear of it whom it is for.
Incoming incoming_of(const Parts& parts, const LiveCall& call);
Missed missed_of(const LiveCall& call);

}  // namespace calls
