// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <mortise/request.h>
#include <mortise/response.h>

#include "http/chain_state.h"

namespace mortise::http {

/// Lets clients keep what they have: gives a GET's 200 that is held in memory a strong ETag, unless it has
/// one, and turns it into a 304 when the client's copy is the same. Files have validators of their own
/// (the wire's), streams none.
void add_validators(const Request& request, const KnownHeaders& headers, Response& response);

/// The Cache-Control line of an answer whose handler set none: errors are not kept, what a signed-in
/// user got is kept by that user alone and asked about each time.
void append_cache_control(std::string& lines, const Request& request, const Response& response);

}  // namespace mortise::http
