// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/services/clock.h>
#include <mortise/services/database.h>

namespace tasks {

/// How many tasks there are of each kind. Every configured status and priority is there, with 0 too.
struct TaskStats {
    std::int64_t total = 0;
    std::int64_t overdue = 0;  // past their due date and not in the last status
    std::map<std::string, std::int64_t> by_status;
    std::map<std::string, std::int64_t> by_priority;
};
BOOST_DESCRIBE_STRUCT(TaskStats, (), (total, overdue, by_status, by_priority))

class TaskCounter {
public:
    TaskCounter(mortise::Database& database, const mortise::Clock& clock, std::vector<std::string> statuses,
                std::vector<std::string> priorities)
        : database_(database),
          clock_(clock),
          statuses_(std::move(statuses)),
          priorities_(std::move(priorities)) {}

    /// Of one user, or of everybody.
    TaskStats count(const std::optional<std::string>& user_id) const;

private:
    mortise::Database& database_;
    const mortise::Clock& clock_;
    std::vector<std::string> statuses_;
    std::vector<std::string> priorities_;
};

}  // namespace tasks
