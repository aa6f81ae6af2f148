// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/services/identity.h>

#include "task.h"

namespace tasks {

inline bool is_admin(const mortise::User& asker) {
    return asker.role == "admin";
}

/// A user sees and touches only their own tasks, an admin all. Whoever may not is told the task does not
/// exist, so that ids can't be probed.
inline bool may_touch(const mortise::User& asker, const Task& task) {
    return is_admin(asker) || task.created_by == asker.id;
}

}  // namespace tasks
