// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/http.h>
#include <mortise/services/database.h>
#include <mortise/services/identity.h>

#include "task.h"

namespace tasks {

/// The task of this id as the asker may see it. Throws Error(not_found) when there is none for them.
Task require_task(mortise::Reader& reader, std::string_view id, const mortise::User& asker);

/// A single task on the wire, with its ETag and the status its route declares.
mortise::Response task_response(const Task& task);

}  // namespace tasks
