// SPDX-License-Identifier: Apache-2.0
#include "service/job_service.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <stdexcept>
#include <utility>

#include <mortise/json.h>

namespace mortise::service {

namespace {

using std::chrono::milliseconds;

// After an enqueue inside a caller's transaction nobody tells when that commits: look often for a moment.
constexpr milliseconds eager_time{200};
constexpr milliseconds eager_pause{20};
constexpr std::chrono::seconds housekeeping_pause{30};
constexpr int most_candidates = 64;
constexpr std::string_view schedule_key = "schedule";

}  // namespace

struct JobService::Kind {
    Handler handler;
    int attempts;
    milliseconds first_backoff;
    milliseconds longest_backoff;
    milliseconds lease;
    int concurrency;
    int running = 0;  // guarded by mutex_
    Counter done, failed, dead, lost;
};

struct JobService::Schedule {
    std::string name;
    std::string rule;
    milliseconds interval;
    milliseconds offset;  // since midnight UTC, for daily ones

    // The first time after `now` on the grid of this schedule.
    Time next(Time now) const {
        const auto since = now.time_since_epoch() - offset;
        return Time((since / interval + 1) * interval + offset);
    }
};

JobService::JobService(const JobsSettings& settings, Database& database, const Clock& clock, Metrics& metrics,
                       Log log)
    : settings_(settings),
      database_(database),
      clock_(clock),
      metrics_(metrics),
      log_(std::move(log)),
      table_(database),
      waiting_(metrics.gauge("waiting", "Jobs that wait, on all nodes; counted every 30 s")),
      dead_(
          metrics.gauge("dead", "Jobs that failed for good and are kept, on all nodes; counted every 30 s")),
      running_(metrics.gauge("running", "Jobs that run on this node")),
      run_seconds_(metrics.histogram("run_seconds", "How long handlers ran", {0.01, 0.1, 1, 10, 60, 600})),
      random_(std::random_device{}()) {}

JobService::~JobService() {
    stop();
}

void JobService::handle(std::string name, Handler handler, JobOptions options) {
    const auto counter = [&](const char* outcome) {
        return metrics_.counter("runs_total", "Runs of jobs by how they ended",
                                {{"job", name}, {"outcome", outcome}});
    };
    auto kind = std::make_unique<Kind>(Kind{
        .handler = std::move(handler),
        .attempts = options.attempts.value_or(settings_.attempts),
        .first_backoff = options.first_backoff.value_or(settings_.backoff),
        .longest_backoff = options.longest_backoff.value_or(settings_.max_backoff),
        .lease = options.lease.value_or(settings_.lease),
        .concurrency = options.concurrency.value_or(std::max(settings_.workers, 1)),
        .done = counter("done"),
        .failed = counter("failed"),
        .dead = counter("dead"),
        .lost = counter("lost"),
    });
    if (kind->attempts < 1 || kind->concurrency < 1 || kind->lease <= milliseconds{0} ||
        kind->first_backoff < milliseconds{0})
        throw std::invalid_argument("the options of job " + name + " are out of range");
    const std::lock_guard lock(mutex_);
    if (!kinds_.try_emplace(name, std::move(kind)).second)
        throw std::invalid_argument("job " + name + " has a handler already");
}

void JobService::every(milliseconds interval, std::string name) {
    if (interval < std::chrono::seconds(1))
        throw std::invalid_argument("the schedule of job " + name + " is below a second");
    const std::lock_guard lock(mutex_);
    const std::string rule = "every " + std::to_string(interval.count()) + "ms";
    schedules_.push_back({.name = std::move(name), .rule = rule, .interval = interval, .offset = {}});
}

void JobService::daily(std::chrono::minutes time_of_day, std::string name) {
    if (time_of_day < std::chrono::minutes(0) || time_of_day >= std::chrono::hours(24))
        throw std::invalid_argument("the schedule of job " + name + " is not within a day");
    const std::lock_guard lock(mutex_);
    const std::string rule = "daily " + std::to_string(time_of_day.count()) + "min";
    schedules_.push_back(
        {.name = std::move(name), .rule = rule, .interval = std::chrono::hours(24), .offset = time_of_day});
}

std::int64_t JobService::enqueue(const NewJob& job) {
    const auto id = database_.write(
        [&](Transaction& transaction) { return JobTable::add(transaction, job, clock_.now()); });
    wake(false);
    return id;
}

std::int64_t JobService::enqueue(Transaction& transaction, const NewJob& job) {
    const auto id = JobTable::add(transaction, job, clock_.now());
    wake(true);
    return id;
}

void JobService::start() {
    if (settings_.workers == 0) return;
    run_thread(&JobService::look_for_work);
    for (int worker = 0; worker < settings_.workers; ++worker) run_thread(&JobService::work);
}

void JobService::run_thread(void (JobService::*life)()) {
    ++running_threads_;
    threads_.emplace_back([this, life] {
        (this->*life)();
        const std::lock_guard lock(mutex_);
        --running_threads_;
        thread_ended_.notify_all();
    });
}

bool JobService::stop(milliseconds limit) {
    {
        std::unique_lock lock(mutex_);
        stopping_ = true;
        wanted_.notify_all();
        given_.notify_all();
        if (!thread_ended_.wait_for(lock, limit, [this] { return running_threads_ == 0; })) return false;
    }
    for (auto& thread : threads_) thread.join();
    threads_.clear();
    return true;
}

std::size_t JobService::run_due() {
    std::size_t ran = 0;
    keep_schedules();
    run_schedules();
    for (auto claimed = claim(1); !claimed.empty(); claimed = claim(1)) {
        run(claimed.front());
        ++ran;
    }
    return ran;
}

void JobService::wake(bool again_soon) {
    {
        const std::lock_guard lock(mutex_);
        look_ = true;
        if (again_soon) eager_until_ = std::chrono::steady_clock::now() + eager_time;
    }
    wanted_.notify_one();
}

void JobService::look_for_work() {
    bool told = false;
    milliseconds pause{0};
    while (true) {
        {
            std::unique_lock lock(mutex_);
            wanted_.wait_for(lock, pause,
                             [this] { return stopping_ || (look_ && idle_workers_ > queue_.size()); });
            if (stopping_) return;
            look_ = false;
        }
        try {
            pause = look_once();
            if (std::exchange(told, false)) log_.info("jobs are looked for again");
        } catch (const std::exception& fault) {
            pause = settings_.poll;
            if (!std::exchange(told, true)) log_.error("jobs can't be looked for", {{"what", fault.what()}});
        }
    }
}

// Claims what the free workers can do. How long to wait before the next look, unless woken.
milliseconds JobService::look_once() {
    keep_schedules();
    run_schedules();
    housekeep();
    std::size_t room = 0;
    {
        const std::lock_guard lock(mutex_);
        room = idle_workers_ - std::min(idle_workers_, queue_.size());
    }
    auto claimed = claim(room);
    const bool more = room > 0 && claimed.size() == room;
    {
        const std::lock_guard lock(mutex_);
        for (auto& work : claimed) queue_.push_back(std::move(work));
        // A worker that is done wakes this thread; then the rest is looked for.
        if (more) look_ = true;
    }
    given_.notify_all();

    milliseconds pause = settings_.poll;
    if (const auto next = table_.next_due(free_names()))
        pause = std::clamp(*next - clock_.now(), milliseconds{1}, settings_.poll);
    const std::lock_guard lock(mutex_);
    if (std::chrono::steady_clock::now() < eager_until_) pause = std::min(pause, eager_pause);
    return room == 0 ? settings_.poll : pause;
}

void JobService::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        ++idle_workers_;
        wanted_.notify_one();
        given_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        --idle_workers_;
        if (queue_.empty()) return;  // stopping, and everything claimed is done
        const Work work = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        run(work);
        lock.lock();
        look_ = true;
    }
}

// The names whose limit of runs at once is not reached.
JobService::Names JobService::free_names() {
    const std::lock_guard lock(mutex_);
    Names names;
    for (const auto& [name, kind] : kinds_)
        if (kind->running < kind->concurrency) names.push_back(name);
    return names;
}

std::vector<JobService::Work> JobService::claim(std::size_t room) {
    std::vector<Work> claimed;
    if (room == 0) return claimed;
    for (const auto& candidate : table_.due(free_names(), clock_.now(), most_candidates)) {
        if (claimed.size() == room) break;
        Kind& kind = *kinds_.at(candidate.name);
        {
            const std::lock_guard lock(mutex_);
            if (kind.running >= kind.concurrency) continue;
            ++kind.running;
        }
        if (candidate.lost) kind.lost.add();
        std::optional<ClaimedJob> job;
        try {
            const Time now = clock_.now();
            job = table_.claim(candidate.id, now, now + kind.lease);
        } catch (const std::exception& fault) {
            log_.warn("a job can't be claimed", {{"job", candidate.name}, {"what", fault.what()}});
        }
        if (job) {
            claimed.push_back({std::move(*job), &kind});
        } else {
            const std::lock_guard lock(mutex_);
            --kind.running;
        }
    }
    return claimed;
}

void JobService::run(const Work& work) {
    running_.add();
    try {
        call(work);
    } catch (const std::exception& fault) {
        // The database is away: the lease will run out and the job runs again.
        log_.error("the end of a job can't be kept",
                   {{"job", work.job.name}, {"id", work.job.id}, {"what", fault.what()}});
    }
    running_.subtract();
    const std::lock_guard lock(mutex_);
    --work.kind->running;
}

void JobService::call(const Work& work) {
    const ClaimedJob& job = work.job;
    Kind& kind = *work.kind;
    const std::string request_id = "job-" + std::to_string(job.id);
    const LogScope scope(request_id);
    if (job.attempt > kind.attempts) {
        settle_failure(work, "its last run was lost: the node died or the lease ran out");
        return;
    }
    const auto begin = clock_.steady_now();
    std::string error;
    try {
        const Json payload = parse_json(job.payload);
        kind.handler({.id = job.id,
                      .name = job.name,
                      .payload = payload,
                      .attempt = job.attempt,
                      .attempts = kind.attempts,
                      .fence = job.fence});
    } catch (const std::exception& fault) {
        error = fault.what();
        if (error.empty()) error = "failed without a word";
    } catch (...) {
        error = "threw something that is no exception";
    }
    run_seconds_.observe(std::chrono::duration<double>(clock_.steady_now() - begin).count());
    if (!error.empty()) {
        settle_failure(work, error);
    } else if (table_.finish(job, clock_.now())) {
        kind.done.add();
    } else {
        log_.warn("a job was done after its lease had gone to another node",
                  {{"job", job.name}, {"id", job.id}});
    }
}

void JobService::settle_failure(const Work& work, std::string_view error) {
    const ClaimedJob& job = work.job;
    Kind& kind = *work.kind;
    if (job.attempt >= kind.attempts) {
        kind.dead.add();
        log_.error("a job is dead",
                   {{"job", job.name}, {"id", job.id}, {"attempt", job.attempt}, {"what", error}});
        table_.bury(job, error, clock_.now());
        return;
    }
    const milliseconds pause = backoff_after(kind, job.attempt);
    kind.failed.add();
    log_.warn("a job failed and will be tried again", {{"job", job.name},
                                                       {"id", job.id},
                                                       {"attempt", job.attempt},
                                                       {"pause_ms", pause.count()},
                                                       {"what", error}});
    table_.fail(job, error, clock_.now() + pause);
}

// Doubled for each failure, and a fifth more or less, so that what failed together does not come back
// together.
milliseconds JobService::backoff_after(const Kind& kind, int attempt) {
    const double doubled =
        static_cast<double>(kind.first_backoff.count()) * std::exp2(std::min(attempt - 1, 40));
    const double longest = static_cast<double>(kind.longest_backoff.count());
    const std::lock_guard lock(mutex_);
    std::uniform_real_distribution<double> jitter(0.8, 1.2);
    return milliseconds(static_cast<std::int64_t>(std::min(doubled, longest) * jitter(random_)));
}

// Once, before the first look: the database may be away when the server starts.
void JobService::keep_schedules() {
    if (std::exchange(schedules_kept_, true)) return;
    try {
        for (const auto& schedule : schedules_)
            table_.keep_schedule(schedule.name, schedule.rule, schedule.next(clock_.now()));
    } catch (...) {
        schedules_kept_ = false;
        throw;
    }
}

void JobService::run_schedules() {
    const Time now = clock_.now();
    for (const auto& schedule : schedules_) {
        const auto due = table_.schedule_due(schedule.name);
        if (!due || *due > now) continue;
        const NewJob job{
            .name = schedule.name, .payload = nullptr, .due = *due, .unique_key = std::string(schedule_key)};
        table_.advance_schedule(job, *due, schedule.next(now), now);
    }
}

void JobService::housekeep() {
    const auto now = clock_.steady_now();
    if (now < next_housekeeping_) return;
    next_housekeeping_ = now + housekeeping_pause;
    table_.sweep(clock_.now() - settings_.keep);
    const auto counts = table_.counts();
    waiting_.set(counts.waiting);
    dead_.set(counts.dead);
}

}  // namespace mortise::service
