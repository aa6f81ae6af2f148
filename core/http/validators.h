// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <mortise/request.h>
#include <mortise/response.h>

#include "http/chain_state.h"

namespace mortise::http {

/// What of a response's own headers decides what the server adds, found in one pass.
struct OwnHeaders {
    const std::string* etag = nullptr;
    bool has_cache_control = false;
    bool may_have_security = false;  // a name as long as theirs

    static OwnHeaders of(const Response& response);
};

/// Lets clients keep what they have: gives a GET's 200 that is held in memory a strong ETag, unless it has
/// one, and turns it into a 304 when the client's copy is the same. Files have validators of their own
/// (the wire's), streams none.
void add_validators(const Request& request, const KnownHeaders& headers, const OwnHeaders& own,
                    Response& response);

/// The Cache-Control line of an answer whose handler set none: errors are not kept, what a signed-in
/// user got is kept by that user alone and asked about each time. Empty when there is nothing to say.
std::string_view cache_control_line(const Request& request, const Response& response);

}  // namespace mortise::http
