// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/describe.hpp>

#include <mortise/field.h>
#include <mortise/options.h>
#include <mortise/shape.h>
#include <mortise/time.h>

namespace tasks {

/// A task as it stands in the table and on the wire.
struct Task {
    std::string id;
    std::string title;
    std::optional<std::string> description;
    std::string status;
    std::string priority;
    std::optional<mortise::Time> due_date;
    std::string created_by;
    mortise::Time created_at{};
    mortise::Time updated_at{};
    std::int64_t version = 0;  // counts the changes; makes the ETag
};
BOOST_DESCRIBE_STRUCT(Task, (),
                      (id, title, description, status, priority, due_date, created_by, created_at, updated_at,
                       version))

/// The body of POST and PUT.
struct NewTask {
    std::string title;
    std::optional<std::string> description;
    std::optional<std::string> status;    // absent: the first of options().texts("statuses")
    std::optional<std::string> priority;  // absent: the middle of options().texts("priorities")
    std::optional<mortise::Time> due_date;
};
BOOST_DESCRIBE_STRUCT(NewTask, (), (title, description, status, priority, due_date))

/// The body of PATCH: what is not sent stays.
struct TaskChanges {
    std::optional<std::string> title;
    mortise::Field<std::string> description;
    std::optional<std::string> status;
    std::optional<std::string> priority;
    mortise::Field<mortise::Time> due_date;
};
BOOST_DESCRIBE_STRUCT(TaskChanges, (), (title, description, status, priority, due_date))

/// New tasks and changed ones obey the same limits.
template <class Body>
mortise::Shape<Body> task_shape(const mortise::Options& options) {
    mortise::Shape<Body> shape;
    shape.at(&Body::title).length(1, 200).not_null();
    shape.at(&Body::description).length(0, 10'000);
    shape.at(&Body::status).one_of(options.texts("statuses")).not_null();
    shape.at(&Body::priority).one_of(options.texts("priorities")).not_null();
    return shape;
}

/// The strong ETag of this state of a task.
std::string etag_of(const Task& task);

}  // namespace tasks
