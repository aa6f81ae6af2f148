// SPDX-License-Identifier: Apache-2.0
#include "change_task.h"

#include <mortise/etag.h>
#include <mortise/id.h>

#include "read_task.h"

namespace tasks {

using mortise::Request;
using mortise::Transaction;

Task TaskWriter::create(const Request& request) const {
    Task task;
    task.id = mortise::new_id();
    task.created_by = request.signed_in().id;
    task.created_at = task.updated_at = clock_.now();
    task.version = 1;
    fill(task, request.body<NewTask>());
    database_.execute(
        "INSERT INTO tasks (id, title, description, status, priority, due_date, created_by, created_at, "
        "updated_at, "
        "version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        task.id, task.title, task.description, task.status, task.priority, task.due_date, task.created_by,
        task.created_at, task.updated_at, task.version);
    return task;
}

Task TaskWriter::replace(const Request& request) const {
    return edit(request, [&](Task& task) { fill(task, request.body<NewTask>()); });
}

Task TaskWriter::change(const Request& request) const {
    return edit(request, [&](Task& task) {
        const auto& changes = request.body<TaskChanges>();
        if (changes.title) task.title = *changes.title;
        if (!changes.description.is_absent()) task.description = changes.description.value();
        if (changes.status) task.status = *changes.status;
        if (changes.priority) task.priority = *changes.priority;
        if (!changes.due_date.is_absent()) task.due_date = changes.due_date.value();
    });
}

Task TaskWriter::remove(const Request& request) const {
    return database_.write([&](Transaction& transaction) {
        Task task = require_task(transaction, request.param("id"), request.signed_in());
        mortise::require_match(request, etag_of(task));
        transaction.execute("DELETE FROM tasks WHERE id = ?", task.id);
        return task;
    });
}

void TaskWriter::forget(std::string_view user_id) const {
    database_.execute("DELETE FROM tasks WHERE created_by = ?", user_id);
}

template <class Edit>
Task TaskWriter::edit(const Request& request, Edit edit) const {
    return database_.write([&](Transaction& transaction) {
        // Two edits at once must not lose one another, whatever isolation the database gives.
        transaction.lock("tasks:" + std::string(request.param("id")));
        Task task = require_task(transaction, request.param("id"), request.signed_in());
        mortise::require_match(request, etag_of(task));
        edit(task);
        task.updated_at = clock_.now();
        ++task.version;
        transaction.execute(
            "UPDATE tasks SET title = ?, description = ?, status = ?, priority = ?, due_date = ?, updated_at "
            "= ?, "
            "version = ? WHERE id = ?",
            task.title, task.description, task.status, task.priority, task.due_date, task.updated_at,
            task.version, task.id);
        return task;
    });
}

void TaskWriter::fill(Task& task, const NewTask& body) const {
    task.title = body.title;
    task.description = body.description;
    task.status = body.status.value_or(defaults_.status);
    task.priority = body.priority.value_or(defaults_.priority);
    task.due_date = body.due_date;
}

}  // namespace tasks
