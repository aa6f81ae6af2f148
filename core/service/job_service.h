// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <mortise/log.h>
#include <mortise/services/clock.h>
#include <mortise/services/jobs.h>
#include <mortise/services/metrics.h>

#include "service/job_table.h"

namespace mortise::service {

struct JobsSettings {
    int workers = 2;  ///< how many run at once here; 0 leaves all to other nodes
    std::chrono::milliseconds poll = std::chrono::seconds(1);
    // What a handler's JobOptions leave open.
    std::chrono::milliseconds lease = std::chrono::seconds(60);
    int attempts = 10;
    std::chrono::milliseconds backoff = std::chrono::seconds(5);
    std::chrono::milliseconds max_backoff = std::chrono::hours(1);
    std::chrono::milliseconds keep = std::chrono::hours(24 * 7);  ///< of jobs that ended
};

/// Runs the jobs of the database: one thread looks for work and claims it, `workers` threads do it. What is
/// enqueued here is looked for at once, what other nodes enqueue every `poll`.
class JobService final : public Jobs {
public:
    JobService(const JobsSettings& settings, Database& database, const Clock& clock, Metrics& metrics,
               Log log);
    ~JobService() override;

    void handle(std::string name, Handler handler, JobOptions options) override;
    using Jobs::handle;
    void every(std::chrono::milliseconds interval, std::string name) override;
    void daily(std::chrono::minutes time_of_day, std::string name) override;
    std::int64_t enqueue(const NewJob& job) override;
    std::int64_t enqueue(Transaction& transaction, const NewJob& job) override;

    /// Starts the threads. Handlers and schedules are registered before.
    void start();
    /// Takes no more work, waits for what is running, ends the threads. False when that is not so after
    /// `limit`: a handler still runs, and may until this object's destructor returns.
    bool stop(std::chrono::milliseconds limit = std::chrono::hours(24 * 365));
    /// Without threads, for tests: runs what is due on this thread until nothing is; how many ran.
    std::size_t run_due();

    /// What operators ask.
    JobTable& table() { return table_; }

private:
    struct Kind;
    struct Schedule;
    struct Work {
        ClaimedJob job;
        Kind* kind;
    };
    using Names = std::vector<std::string>;

    void run_thread(void (JobService::*life)());
    void look_for_work();
    std::chrono::milliseconds look_once();
    void work();
    void wake(bool again_soon);

    Names free_names();
    void keep_schedules();
    void run_schedules();
    std::vector<Work> claim(std::size_t room);
    void run(const Work& work);
    void call(const Work& work);
    void settle_failure(const Work& work, std::string_view error);
    std::chrono::milliseconds backoff_after(const Kind& kind, int attempt);
    void housekeep();

    const JobsSettings settings_;
    Database& database_;
    const Clock& clock_;
    Metrics& metrics_;
    const Log log_;
    JobTable table_;
    std::map<std::string, std::unique_ptr<Kind>> kinds_;  // complete before start()
    std::vector<Schedule> schedules_;
    bool schedules_kept_ = false;
    Gauge waiting_;
    Gauge dead_;
    Gauge running_;
    Histogram run_seconds_;

    std::mutex mutex_;
    std::condition_variable wanted_;  // the looker: work may be there, or a worker is free
    std::condition_variable given_;   // the workers
    std::deque<Work> queue_;
    std::size_t idle_workers_ = 0;
    bool look_ = false;
    std::chrono::steady_clock::time_point eager_until_{};
    std::chrono::steady_clock::time_point next_housekeeping_{};
    bool stopping_ = false;
    std::size_t running_threads_ = 0;
    std::condition_variable thread_ended_;
    std::minstd_rand random_;
    std::vector<std::thread> threads_;
};

}  // namespace mortise::service
