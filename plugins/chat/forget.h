// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <mortise/services/events.h>
#include <mortise/services/jobs.h>

#include "members.h"
#include "parts.h"

namespace chat {

inline constexpr const char* forget_job = "chat.forget_person";  // {userId}
inline constexpr const char* clear_job = "chat.clear";           // {chatId}

/// What becomes of conversations when people go. By jobs: an event may be lost, a job is not.
class Forget {
public:
    Forget(const Parts& parts, const Members& members) : parts_(parts), members_(members) {}

    void on_person_deleted(const mortise::Event& event) const;
    /// Ends a deleted person's memberships and blocks. Their messages stay with those they were sent to.
    void forget_person(const mortise::Job& job) const;
    /// Deletes a conversation nobody is in any more.
    void clear(const mortise::Job& job) const;

private:
    const Parts& parts_;
    const Members& members_;
};

}  // namespace chat
