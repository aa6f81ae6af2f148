// SPDX-License-Identifier: Apache-2.0
#include "upload_slots.h"

#include <chrono>

#include <mortise/error.h>

namespace uploads {

using namespace std::chrono_literals;

UploadSlots::Slot UploadSlots::enter(std::string_view user_id) {
    const std::scoped_lock lock(mutex_);
    if (taken_ >= most_)
        throw mortise::Error(mortise::Code::unavailable, "Too many uploads at once; try again soon.")
            .named("uploads_busy")
            .retry_after(5s);
    int& own = taken_by_[std::string(user_id)];
    if (own >= most_each_)
        throw mortise::Error(mortise::Code::rate_limited, "Too many uploads of yours at once.")
            .named("too_many_uploads")
            .retry_after(5s);
    ++taken_;
    ++own;
    return {*this, std::string(user_id)};
}

void UploadSlots::leave(const std::string& user_id) {
    const std::scoped_lock lock(mutex_);
    --taken_;
    const auto own = taken_by_.find(user_id);
    if (--own->second == 0) taken_by_.erase(own);
}

}  // namespace uploads
