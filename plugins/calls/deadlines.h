// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <mortise/services/jobs.h>

#include "parts.h"

namespace calls {

/// Looks after a call at a certain time, on whatever node there is then: kept as jobs, so a restart forgets
/// none. Whether something is due is for the one who looks to find out; looking for nothing harms nobody.
class Deadlines {
public:
    static constexpr std::string_view job = "calls.check";

    explicit Deadlines(mortise::Host& host) : jobs_(host.jobs()) {}

    /// `id` and `name` are what the job's payload carries.
    void look_at(mortise::Transaction& tx, std::string_view id, std::string_view name,
                 mortise::Time due) const;

private:
    mortise::Jobs& jobs_;
};

}  // namespace calls
