// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <mortise/services/events.h>
#include <mortise/services/jobs.h>

#include "parts.h"

namespace calls {

/// What becomes of a person's calls when they are deleted: their history goes, others' stays. By a job: an
/// event may be lost, a job is not.
class Forget {
public:
    static constexpr std::string_view job = "calls.forget_person";  // {userId}

    explicit Forget(const Parts& parts) : parts_(parts) {}

    void on_person_deleted(const mortise::Event& event) const;
    void forget_person(const mortise::Job& job) const;

private:
    void remove_all(std::string_view sql, std::string_view user_id) const;

    const Parts& parts_;
};

}  // namespace calls
