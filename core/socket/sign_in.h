// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <mortise/error.h>
#include <mortise/json.h>

namespace mortise::socket {

/// The token in what a client sends to sign in: {token: "…"}, with or without the scheme it would have in
/// HTTP. Empty when there is none. Views `auth`.
std::string_view token_in(const Json& auth);

/// What a client is told whose token is not accepted; `fault` is for the log.
Error not_accepted(std::string_view fault);

}  // namespace mortise::socket
