// SPDX-License-Identifier: Apache-2.0
#include "service/job_table.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include <mortise/text.h>

namespace mortise::service {

namespace {

constexpr std::array<std::string_view, 4> state_names{"waiting", "running", "done", "dead"};
constexpr std::size_t longest_payload = std::size_t{1} << 20;
constexpr std::size_t longest_name = 100;
constexpr std::size_t longest_error = 2000;

bool is_job_name(std::string_view name) {
    const auto allowed = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_' ||
               letter == '.' || letter == '-';
    };
    return !name.empty() && name.size() <= longest_name && std::ranges::all_of(name, allowed);
}

// What an exception says may be any bytes; a text column takes UTF-8 without U+0000.
std::string storable(std::string_view error) {
    std::string text(error.substr(0, longest_error));
    while (!text.empty() && text.size() == longest_error && !is_utf8(text) &&
           static_cast<unsigned char>(text.back()) >= 0x80)
        text.pop_back();
    const bool good = is_utf8(text);
    std::ranges::replace_if(
        text,
        [good](char letter) {
            return letter == '\0' || (!good && static_cast<unsigned char>(letter) >= 0x80);
        },
        '?');
    return text;
}

// " name IN (?, ?)" with the names as parameters.
std::string names_in(const std::vector<std::string>& names, std::vector<Value>& parameters) {
    std::string sql = "name IN (";
    for (const auto& name : names) {
        sql += parameters.empty() || sql.back() == '(' ? "?" : ", ?";
        parameters.emplace_back(name);
    }
    return sql + ')';
}

struct DueRow {
    std::int64_t id;
    std::string name;
    bool lost;
};
BOOST_DESCRIBE_STRUCT(DueRow, (), (id, name, lost))

struct NextRow {
    std::optional<Time> due;
};
BOOST_DESCRIBE_STRUCT(NextRow, (), (due))

struct ListRow {
    std::int64_t id;
    std::string name, state;
    std::int64_t attempt;
    Time due, created;
    std::optional<Time> finished;
    std::optional<std::string> error;
};
BOOST_DESCRIBE_STRUCT(ListRow, (), (id, name, state, attempt, due, created, finished, error))

}  // namespace

std::string_view name_of(JobState state) noexcept {
    return state_names[static_cast<std::size_t>(state)];
}

std::optional<JobState> job_state_of(std::string_view name) noexcept {
    const auto place = std::ranges::find(state_names, name);
    if (place == state_names.end()) return std::nullopt;
    return static_cast<JobState>(place - state_names.begin());
}

std::int64_t JobTable::add(Transaction& transaction, const NewJob& job, Time now) {
    if (!is_job_name(job.name)) throw std::invalid_argument("'" + job.name + "' is no name for a job");
    const std::string payload = to_text(job.payload);
    if (payload.size() > longest_payload)
        throw std::invalid_argument("the payload of " + job.name + " is beyond 1 MiB");
    const std::optional<std::string> key =
        job.unique_key.empty() ? std::nullopt : std::optional(job.unique_key);
    // The holder of the key may end between the two statements; then the next round adds the job.
    for (int round = 0; round < 10; ++round) {
        const auto added = transaction.one(
            "INSERT INTO mortise_jobs (name, payload, state, due, unique_key, created) "
            "VALUES (?, ?, 'waiting', ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
            job.name, payload, job.due.value_or(now), key, now);
        if (added) return added->integer(0);
        const auto holder = transaction.one(
            "SELECT id FROM mortise_jobs WHERE name = ? AND unique_key = ? AND state IN ('waiting', "
            "'running')",
            job.name, key);
        if (holder) return holder->integer(0);
    }
    throw std::runtime_error("the unique key of job " + job.name + " changes hands too fast");
}

std::vector<JobTable::Candidate> JobTable::due(const std::vector<std::string>& names, Time now, int limit) {
    if (names.empty()) return {};
    std::vector<Value> parameters{now, now};
    const std::string sql =
        "SELECT id, name, CASE WHEN state = 'running' THEN 1 ELSE 0 END AS lost FROM mortise_jobs "
        "WHERE ((state = 'waiting' AND due <= ?) OR (state = 'running' AND lease_until <= ?)) AND " +
        names_in(names, parameters) + " ORDER BY due, id LIMIT ?";
    parameters.emplace_back(limit);
    std::vector<Candidate> candidates;
    for (auto& row : database_.read([&](Reader& reader) { return reader.query_as<DueRow>(sql, parameters); }))
        candidates.push_back({row.id, std::move(row.name), row.lost});
    return candidates;
}

std::optional<Time> JobTable::next_due(const std::vector<std::string>& names) {
    if (names.empty()) return std::nullopt;
    std::vector<Value> parameters;
    const std::string sql =
        "SELECT MIN(due) AS due FROM mortise_jobs WHERE state = 'waiting' AND " + names_in(names, parameters);
    const auto rows =
        database_.read([&](Reader& reader) { return reader.query_as<NextRow>(sql, parameters); });
    return rows.at(0).due;
}

std::optional<ClaimedJob> JobTable::claim(std::int64_t id, Time now, Time lease_until) {
    return database_.write([&](Transaction& transaction) -> std::optional<ClaimedJob> {
        const auto row = transaction.one(
            "UPDATE mortise_jobs SET state = 'running', attempt = attempt + 1, fence = fence + 1, "
            "lease_until = ? "
            "WHERE id = ? AND ((state = 'waiting' AND due <= ?) OR (state = 'running' AND lease_until <= ?)) "
            "RETURNING name, payload, attempt, fence",
            lease_until, id, now, now);
        if (!row) return std::nullopt;
        return ClaimedJob{.id = id,
                          .name = std::string(row->text(0)),
                          .payload = std::string(row->text(1)),
                          .attempt = static_cast<int>(row->integer(2)),
                          .fence = row->integer(3)};
    });
}

bool JobTable::finish(const ClaimedJob& job, Time now) {
    return database_.execute(
               "UPDATE mortise_jobs SET state = 'done', payload = 'null', finished = ?, lease_until = NULL "
               "WHERE id = ? AND fence = ? AND state = 'running'",
               now, job.id, job.fence) == 1;
}

bool JobTable::fail(const ClaimedJob& job, std::string_view error, Time next_due) {
    return database_.execute(
               "UPDATE mortise_jobs SET state = 'waiting', due = ?, error = ?, lease_until = NULL "
               "WHERE id = ? AND fence = ? AND state = 'running'",
               next_due, storable(error), job.id, job.fence) == 1;
}

bool JobTable::bury(const ClaimedJob& job, std::string_view error, Time now) {
    return database_.execute(
               "UPDATE mortise_jobs SET state = 'dead', finished = ?, error = ?, lease_until = NULL "
               "WHERE id = ? AND fence = ? AND state = 'running'",
               now, storable(error), job.id, job.fence) == 1;
}

std::vector<JobListing> JobTable::list(const JobFilter& filter) {
    std::vector<Value> parameters;
    std::string sql =
        "SELECT id, name, state, attempt, due, created, finished, error FROM mortise_jobs WHERE 1 = 1";
    const auto narrow = [&](std::string_view condition, Value value) {
        sql += condition;
        parameters.push_back(value);
    };
    if (filter.state) narrow(" AND state = ?", name_of(*filter.state));
    if (!filter.name.empty()) narrow(" AND name = ?", filter.name);
    if (filter.before != 0) narrow(" AND id < ?", filter.before);
    narrow(" ORDER BY id DESC LIMIT ?", filter.limit);

    std::vector<JobListing> listings;
    for (auto& row :
         database_.read([&](Reader& reader) { return reader.query_as<ListRow>(sql, parameters); }))
        listings.push_back({.id = row.id,
                            .name = std::move(row.name),
                            .state = job_state_of(row.state).value(),
                            .attempt = row.attempt,
                            .due = row.due,
                            .created = row.created,
                            .finished = row.finished,
                            .error = std::move(row.error).value_or("")});
    return listings;
}

bool JobTable::retry(std::int64_t id, Time now) {
    return database_.execute(
               "UPDATE mortise_jobs SET state = 'waiting', attempt = 0, due = ?, finished = NULL "
               "WHERE id = ? AND state = 'dead' AND NOT EXISTS (SELECT 1 FROM mortise_jobs AS holder "
               "WHERE holder.name = mortise_jobs.name AND holder.unique_key = mortise_jobs.unique_key "
               "AND holder.state IN ('waiting', 'running'))",
               now, id) == 1;
}

std::int64_t JobTable::retry_all(std::string_view name, Time now) {
    std::int64_t retried = 0;
    JobFilter filter{.state = JobState::dead, .name = std::string(name)};
    for (auto dead = list(filter); !dead.empty(); dead = list(filter)) {
        for (const auto& job : dead) retried += retry(job.id, now) ? 1 : 0;
        filter.before = dead.back().id;
    }
    return retried;
}

JobTable::Counts JobTable::counts() {
    Counts counts;
    for (const Row& row : database_.query("SELECT state, COUNT(*) FROM mortise_jobs "
                                          "WHERE state IN ('waiting', 'dead') GROUP BY state"))
        (row.text(0) == "dead" ? counts.dead : counts.waiting) = row.integer(1);
    return counts;
}

void JobTable::sweep(Time before) {
    database_.execute("DELETE FROM mortise_jobs WHERE state IN ('done', 'dead') AND finished < ?", before);
}

void JobTable::keep_schedule(std::string_view name, std::string_view rule, Time first) {
    database_.execute(
        "INSERT INTO mortise_schedules (name, rule, due) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE "
        "SET rule = excluded.rule, due = excluded.due WHERE mortise_schedules.rule <> excluded.rule",
        name, rule, first);
}

std::optional<Time> JobTable::schedule_due(std::string_view name) {
    const auto row = database_.one("SELECT due FROM mortise_schedules WHERE name = ?", name);
    return row ? std::optional(row->time(0)) : std::nullopt;
}

bool JobTable::advance_schedule(const NewJob& job, Time due, Time next, Time now) {
    return database_.write([&](Transaction& transaction) {
        const auto moved = transaction.execute(
            "UPDATE mortise_schedules SET due = ? WHERE name = ? AND due = ?", next, job.name, due);
        if (moved == 1) add(transaction, job, now);
        return moved == 1;
    });
}

}  // namespace mortise::service
