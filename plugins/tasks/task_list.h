// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <boost/describe.hpp>

#include <mortise/options.h>
#include <mortise/page.h>
#include <mortise/services/database.h>
#include <mortise/services/identity.h>

#include "task.h"

namespace tasks {

/// The query of GET /api/v1/tasks.
struct TaskQuery : mortise::PageQuery {
    std::optional<std::string> status;
    std::optional<std::string> priority;
    std::optional<mortise::Time> due_before;
    std::optional<mortise::Time> due_after;
    std::optional<std::string> search;  // in title and description
    std::string sort = "-createdAt";    // a leading '-' turns it round
};
BOOST_DESCRIBE_STRUCT(TaskQuery, (mortise::PageQuery),
                      (status, priority, due_before, due_after, search, sort))

mortise::Shape<TaskQuery> task_query_shape(const mortise::Options& options);

/// Lists tasks in pages: those of one user, or everybody's for an admin.
class TaskList {
public:
    explicit TaskList(mortise::Database& database) : database_(database) {}

    mortise::Page<Task> by_cursor(const mortise::User& asker, const TaskQuery& query) const;
    mortise::NumberedPage<Task> by_number(const mortise::User& asker, const TaskQuery& query) const;

private:
    mortise::Database& database_;
};

}  // namespace tasks
