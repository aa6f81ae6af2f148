// SPDX-License-Identifier: Apache-2.0
#include "read_task.h"

#include <mortise/error.h>
#include <mortise/etag.h>

#include "may_touch.h"

namespace tasks {

std::string etag_of(const Task& task) {
    return mortise::quote_etag("v" + std::to_string(task.version));
}

Task require_task(mortise::Reader& reader, std::string_view id, const mortise::User& asker) {
    auto task = reader.one_as<Task>(
        "SELECT id, title, description, status, priority, due_date, created_by, created_at, updated_at, "
        "version "
        "FROM tasks WHERE id = ?",
        id);
    if (!task || !may_touch(asker, *task))
        throw mortise::Error(mortise::Code::not_found, "There is no such task.");
    return std::move(*task);
}

mortise::Response task_response(const Task& task) {
    auto response = mortise::to_response(task);
    response.set_header("ETag", etag_of(task));
    return response;
}

}  // namespace tasks
