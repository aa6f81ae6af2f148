// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include <mortise/response.h>

#include "tags.h"

namespace cache {

using Moment = std::chrono::steady_clock::time_point;

/// One answer that is kept: the handler's status, body and own headers. What the server adds (CORS, request
/// id, limits, ETag, compression) is added to each answer anew.
struct Entry {
    mortise::Response answer;
    Marks marks;
    Moment made, fresh_until, stale_until;
    std::size_t bytes = 0;  // with everything that belongs to it
};
using EntryPtr = std::shared_ptr<const Entry>;

/// Whether this answer may be given again: a 200 held in memory, without Set-Cookie, that is the same for all
/// who have the key, and whose handler does not forbid it.
bool may_be_kept(const mortise::Response& response);
/// The answer for one more request, with its Age and X-Cache.
mortise::Response answer_again(const Entry& entry, Moment now, std::string_view outcome);

}  // namespace cache
