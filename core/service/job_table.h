// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/services/database.h>
#include <mortise/services/jobs.h>

namespace mortise::service {

/// waiting -> running -> done, or back to waiting after a failure, or dead after the last one.
enum class JobState { waiting, running, done, dead };

std::string_view name_of(JobState state) noexcept;
std::optional<JobState> job_state_of(std::string_view name) noexcept;

/// A job as an operator sees it.
struct JobListing {
    std::int64_t id;
    std::string name;
    JobState state;
    std::int64_t attempt;  ///< runs begun
    Time due;
    Time created;
    std::optional<Time> finished;
    std::string error;  ///< of the last run that failed; empty: none
};

struct JobFilter {
    std::optional<JobState> state = {};
    std::string name = {};    ///< empty: any
    std::int64_t before = 0;  ///< jobs with a lower id only; 0: all
    int limit = 100;
};

/// A job this node holds by a lease.
struct ClaimedJob {
    std::int64_t id;
    std::string name;
    std::string payload;
    int attempt;
    std::int64_t fence;
};

/// The SQL of the jobs, and nothing else. Every change names the fence it believes in, so that a node whose
/// lease was lost changes nothing. Safe from every thread; blocks; throws as the Database does.
class JobTable {
public:
    explicit JobTable(Database& database) : database_(database) {}

    /// The id, of the job that holds the unique key if one does. Throws std::invalid_argument for a bad name
    /// or a payload beyond 1 MiB.
    static std::int64_t add(Transaction& transaction, const NewJob& job, Time now);

    struct Candidate {
        std::int64_t id;
        std::string name;
        bool lost;  ///< its lease is over: whoever ran it is gone
    };
    /// What is due of these names, the longest due first.
    std::vector<Candidate> due(const std::vector<std::string>& names, Time now, int limit);
    /// When the next of these names will be due; empty: nothing waits.
    std::optional<Time> next_due(const std::vector<std::string>& names);

    /// Empty when another node was faster.
    std::optional<ClaimedJob> claim(std::int64_t id, Time now, Time lease_until);
    /// False when the lease was lost meanwhile. A job that is done forgets its payload: it may hold a secret.
    bool finish(const ClaimedJob& job, Time now);
    bool fail(const ClaimedJob& job, std::string_view error, Time next_due);
    bool bury(const ClaimedJob& job, std::string_view error, Time now);

    std::vector<JobListing> list(const JobFilter& filter);
    /// A dead job waits again, with all its attempts; false when there is no such dead job or another job
    /// holds its unique key.
    bool retry(std::int64_t id, Time now);
    /// Every dead job of this name, or of any when it is empty; how many wait again.
    std::int64_t retry_all(std::string_view name, Time now);

    struct Counts {
        std::int64_t waiting = 0;
        std::int64_t dead = 0;
    };
    Counts counts();
    /// Forgets what ended before that time.
    void sweep(Time before);

    /// Makes or changes a schedule. One whose rule is as before keeps its next time.
    void keep_schedule(std::string_view name, std::string_view rule, Time first);
    std::optional<Time> schedule_due(std::string_view name);
    /// True for the one node that moved it from `due` to `next`; the job is then added.
    bool advance_schedule(const NewJob& job, Time due, Time next, Time now);

private:
    Database& database_;
};

}  // namespace mortise::service
