// SPDX-License-Identifier: Apache-2.0
#include "plugin/worker_pool.h"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace mortise::plugin {

namespace {

using Steady = std::chrono::steady_clock;

std::size_t default_base() {
    return std::max<std::size_t>(4, 2 * std::thread::hardware_concurrency());
}

using Task = std::function<void()>;

}  // namespace

/// Guarded by the pool's mutex.
struct Bulkhead::Share {
    std::string name;
    BulkheadSettings settings;
    std::deque<Task> waiting;
    std::size_t in_flight = 0;
    std::uint64_t done = 0, refused = 0;
};

/// Shared with the threads, so that one stuck in a plugin can outlive the pool.
///
/// Work that may run now stands in `ready_`, at most in_flight of each bulkhead; the rest waits in the
/// bulkheads. One thread is woken at a time: it wakes the next when more is ready. So a burst costs the
/// loop that submits it one wake-up, and threads that are awake anyway take what they can.
class WorkerPool::State : public std::enable_shared_from_this<State> {
public:
    using Share = Bulkhead::Share;

    State(const WorkerSettings& settings, OnFault on_fault)
        : settings_(settings), on_fault_(std::move(on_fault)) {
        if (settings_.base == 0) settings_.base = default_base();
    }

    bool submit(const std::shared_ptr<Share>& share, Task task) {
        std::unique_lock lock(mutex_);
        if (stopping_) return false;
        if (share->in_flight < share->settings.in_flight && (threads_ > 0 || add_thread())) {
            ++share->in_flight;
            ready_.push_back({share, std::move(task), Steady::now()});
            wake(call_somebody(), lock);
            return true;
        }
        if (share->in_flight > 0 && share->waiting.size() < share->settings.queue) {
            share->waiting.push_back(std::move(task));
            return true;
        }
        ++share->refused;
        return false;
    }

    void join(Share& share) {
        const std::lock_guard lock(mutex_);
        shares_.push_back(&share);
        most_threads_ += share.settings.in_flight;
    }
    void leave(Share& share) {
        std::deque<Task> dropped;  // before the lock: tasks are destroyed when it is free again
        const std::lock_guard lock(mutex_);
        std::erase(shares_, &share);
        most_threads_ -= share.settings.in_flight;
        dropped.swap(share.waiting);
    }

    bool drain(std::chrono::milliseconds limit) {
        std::unique_lock lock(mutex_);
        return became_idle_.wait_for(lock, limit, [&] { return is_idle(); });
    }

    std::size_t stop(std::chrono::milliseconds limit) {
        std::vector<Task> dropped;  // before the lock: tasks are destroyed when it is free again
        std::unique_lock lock(mutex_);
        stopping_ = true;
        became_idle_.wait_for(lock, limit, [&] { return is_idle(); });
        if (ended_) return busy_;
        ended_ = true;
        for (Ready& ready : ready_) dropped.push_back(std::move(ready.task));
        ready_.clear();
        for (Share* share : shares_) {
            std::ranges::move(share->waiting, std::back_inserter(dropped));
            share->waiting.clear();
        }
        for (Worker* worker : idle_) worker->called.notify_one();
        watcher_called_.notify_one();
        lock.unlock();
        if (watcher_.joinable()) watcher_.join();
        lock.lock();
        thread_ended_.wait(lock, [&] { return threads_ == busy_; });
        for (Worker& stuck : workers_) stuck.thread.detach();
        bury(lock);
        return busy_;
    }

    std::size_t threads() const {
        const std::lock_guard lock(mutex_);
        return threads_;
    }
    std::size_t busy_threads() const {
        const std::lock_guard lock(mutex_);
        return busy_;
    }
    BulkheadFigures figures(const Share& share) const {
        const std::lock_guard lock(mutex_);
        return {share.in_flight, share.waiting.size(), share.done, share.refused};
    }

private:
    struct Ready {
        std::shared_ptr<Share> share;
        Task task;
        Steady::time_point since;
    };
    struct Worker {
        std::thread thread;
        std::condition_variable called;
        bool is_called = false;
    };
    using Workers = std::list<Worker>;

    bool is_idle() const { return ready_.empty() && busy_ == 0; }

    // One at a time: whoever comes calls the next. Whom to wake, if it takes that.
    Worker* call_somebody() {
        if (ready_.empty() || coming_ > 0) return nullptr;
        if (!idle_.empty()) {
            Worker* worker = idle_.back();  // the one whose memory is warmest; the others may grow old
            idle_.pop_back();
            worker->is_called = true;
            ++coming_;
            return worker;
        }
        if (threads_ < settings_.base)
            add_thread();
        else if (threads_ < most_threads_)
            watcher_called_.notify_one();
        return nullptr;
    }

    // Without the lock, or the woken thread would run straight into it. A place for a worker is never
    // freed, so it does not matter when the thread has gone its way meanwhile.
    static void wake(Worker* worker, std::unique_lock<std::mutex>& lock) {
        lock.unlock();
        if (worker != nullptr) worker->called.notify_one();
    }

    bool add_thread() try {
        if (!watcher_.joinable()) watcher_ = std::thread([state = shared_from_this()] { state->watch(); });
        if (free_.empty()) free_.emplace_back();
        const auto worker = free_.begin();
        worker->thread = std::thread([state = shared_from_this(), worker] { state->work(worker); });
        workers_.splice(workers_.end(), free_, worker);
        ++threads_;
        ++coming_;
        return true;
    } catch (const std::system_error&) {
        return false;  // the system gives no more: those there are go on
    }

    void work(Workers::iterator self) {
        ::pthread_setname_np(::pthread_self(), "mortise-worker");
        std::unique_lock lock(mutex_);
        --coming_;
        do {
            while (!ready_.empty()) run_next(lock);
        } while (wait_for_call(*self, lock));
        --threads_;
        gone_.splice(gone_.end(), workers_, self);
        watcher_called_.notify_one();
        thread_ended_.notify_all();
    }

    void run_next(std::unique_lock<std::mutex>& lock) {
        Ready next = std::move(ready_.front());
        ready_.pop_front();
        ++taken_;
        ++busy_;
        wake(call_somebody(), lock);
        run(next);
        lock.lock();
        --busy_;
        Share& share = *next.share;
        ++share.done;
        if (share.waiting.empty() || ended_) {
            --share.in_flight;
        } else {
            ready_.push_back({next.share, std::move(share.waiting.front()), Steady::now()});
            share.waiting.pop_front();
        }
        if (is_idle()) became_idle_.notify_all();
    }

    // The task and what it holds end here, outside the lock.
    void run(Ready& next) noexcept {
        const Task task = std::move(next.task);
        try {
            task();
        } catch (...) {
            if (on_fault_) on_fault_(next.share->name, std::current_exception());
        }
    }

    // False when this thread is not needed any more.
    bool wait_for_call(Worker& self, std::unique_lock<std::mutex>& lock) {
        const auto is_over = [&] { return self.is_called || ended_; };
        if (ended_) return false;
        idle_.push_back(&self);
        while (!is_over()) {
            if (threads_ <= settings_.base) {
                self.called.wait(lock, is_over);
            } else if (!self.called.wait_for(lock, settings_.idle, is_over) && threads_ > settings_.base) {
                std::erase(idle_, &self);
                return false;
            }
        }
        if (!self.is_called) return false;
        self.is_called = false;
        --coming_;
        return true;
    }

    bool is_short_of_threads() const {
        return !ready_.empty() && idle_.empty() && coming_ == 0 && threads_ < most_threads_;
    }

    // A thread of its own adds threads when those there are get stuck, and buries those that ended.
    void watch() {
        ::pthread_setname_np(::pthread_self(), "mortise-watch");
        std::unique_lock lock(mutex_);
        for (;;) {
            bury(lock);
            watcher_called_.wait(lock, [&] { return ended_ || is_short_of_threads() || !gone_.empty(); });
            if (ended_) return;
            if (!is_short_of_threads()) continue;
            const std::uint64_t taken = taken_;
            watcher_called_.wait_for(lock, settings_.patience, [&] { return ended_; });
            if (ended_ || !is_short_of_threads()) continue;
            const bool is_late = Steady::now() - ready_.front().since > 5 * settings_.patience;
            if (taken != taken_ && !is_late) continue;
            const std::size_t wanted = std::min(ready_.size(), most_threads_ - threads_);
            for (std::size_t added = 0; added < std::min(wanted, threads_per_step); ++added)
                if (!add_thread()) break;
        }
    }

    void bury(std::unique_lock<std::mutex>& lock) {
        Workers gone;
        gone.swap(gone_);
        lock.unlock();
        for (Worker& worker : gone) worker.thread.join();
        lock.lock();
        free_.splice(free_.end(), gone);
    }

    static constexpr std::size_t threads_per_step = 8;

    WorkerSettings settings_;
    const OnFault on_fault_;

    mutable std::mutex mutex_;
    std::deque<Ready> ready_;
    std::vector<Share*> shares_;
    Workers workers_;            // whose threads run
    Workers gone_;               // ended, to be joined
    Workers free_;               // places for new ones
    std::vector<Worker*> idle_;  // the last is called first
    std::size_t most_threads_ = 0;
    std::size_t threads_ = 0;
    std::size_t busy_ = 0;    // inside a task
    std::size_t coming_ = 0;  // called or started, not there yet
    std::uint64_t taken_ = 0;
    bool stopping_ = false;  // takes no more
    bool ended_ = false;     // threads go home
    std::thread watcher_;
    std::condition_variable watcher_called_, became_idle_, thread_ended_;
};

WorkerPool::WorkerPool(const WorkerSettings& settings, OnFault on_fault)
    : state_(std::make_shared<State>(settings, std::move(on_fault))) {}

WorkerPool::~WorkerPool() {
    stop(std::chrono::milliseconds(0));
}

bool WorkerPool::drain(std::chrono::milliseconds limit) {
    return state_->drain(limit);
}
std::size_t WorkerPool::stop(std::chrono::milliseconds limit) {
    return state_->stop(limit);
}
std::size_t WorkerPool::threads() const {
    return state_->threads();
}
std::size_t WorkerPool::busy_threads() const {
    return state_->busy_threads();
}

Bulkhead::Bulkhead(WorkerPool& pool, std::string name, const BulkheadSettings& settings)
    : pool_(pool.state_), share_(std::make_shared<Share>()) {
    share_->name = std::move(name);
    share_->settings = settings;
    pool_->join(*share_);
}

Bulkhead::~Bulkhead() {
    pool_->leave(*share_);
}

bool Bulkhead::submit(std::function<void()> task) {
    return pool_->submit(share_, std::move(task));
}

BulkheadFigures Bulkhead::figures() const {
    return pool_->figures(*share_);
}

}  // namespace mortise::plugin
