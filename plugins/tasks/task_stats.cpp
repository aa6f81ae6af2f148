// SPDX-License-Identifier: Apache-2.0
#include "task_stats.h"

namespace tasks {

namespace {

struct Group {
    std::string status;
    std::string priority;
    std::int64_t tasks = 0;
    std::int64_t overdue = 0;
};
BOOST_DESCRIBE_STRUCT(Group, (), (status, priority, tasks, overdue))

}  // namespace

TaskStats TaskCounter::count(const std::optional<std::string>& user_id) const {
    TaskStats stats;
    for (const std::string& status : statuses_) stats.by_status[status] = 0;
    for (const std::string& priority : priorities_) stats.by_priority[priority] = 0;

    // One pass gives every figure, and all of them of the same moment.
    const std::string sql =
        "SELECT status, priority, count(*) AS tasks, "
        "CAST(sum(CASE WHEN due_date < ? AND status <> ? THEN 1 ELSE 0 END) AS BIGINT) AS overdue FROM "
        "tasks" +
        std::string(user_id ? " WHERE created_by = ?" : "") + " GROUP BY status, priority";
    std::vector<mortise::Value> values{clock_.now(), statuses_.back()};
    if (user_id) values.emplace_back(*user_id);
    const auto groups = database_.read(mortise::Reading::replica_ok, [&](mortise::Reader& reader) {
        return reader.query_as<Group>(sql, values);
    });
    for (const Group& group : groups) {
        stats.total += group.tasks;
        stats.overdue += group.overdue;
        stats.by_status[group.status] += group.tasks;
        stats.by_priority[group.priority] += group.tasks;
    }
    return stats;
}

}  // namespace tasks
