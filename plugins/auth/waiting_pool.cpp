// SPDX-License-Identifier: Apache-2.0
#include "waiting_pool.h"

#include <sys/resource.h>
#include <unistd.h>

#include <mortise/error.h>

namespace auth {

namespace {

// Hashing steps back behind the threads that serve requests (measured: see README.md).
constexpr int niceness = 5;

[[noreturn]] void refuse() {
    using namespace std::chrono_literals;
    throw mortise::Error(mortise::Code::unavailable,
                         "Too many people are signing in just now. Try again in a moment.")
        .named("sign_in_busy")
        .retry_after(1s);
}

}  // namespace

void WaitingPool::start() {
    const std::lock_guard lock(mutex_);
    if (is_open_) return;
    is_open_ = true;
    for (std::size_t thread = 0; thread < thread_count_; ++thread) threads_.emplace_back([this] { work(); });
}

void WaitingPool::stop() {
    {
        const std::lock_guard lock(mutex_);
        is_open_ = false;
        for (Task* task : queue_) {
            task->state = State::refused;
            task->changed.notify_one();
        }
        queue_.clear();
        arrived_.notify_all();
    }
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

void WaitingPool::run(const std::function<void()>& work, Deadline deadline) {
    Task task;
    task.work = &work;
    std::unique_lock lock(mutex_);
    if (!is_open_ || queue_.size() >= queue_limit_) refuse();
    queue_.push_back(&task);
    arrived_.notify_one();
    const auto is_taken = [&] { return task.state != State::waiting; };
    if (!task.changed.wait_until(lock, deadline, is_taken)) {
        std::erase(queue_, &task);
        refuse();
    }
    task.changed.wait(lock, [&] { return task.state != State::running; });
    if (task.state == State::refused) refuse();
    if (task.fault) std::rethrow_exception(task.fault);
}

std::size_t WaitingPool::waiting() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

void WaitingPool::work() {
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness);  // of this thread alone, on Linux
    std::unique_lock lock(mutex_);
    for (;;) {
        arrived_.wait(lock, [this] { return !is_open_ || !queue_.empty(); });
        if (queue_.empty()) return;
        Task& task = *queue_.front();
        queue_.pop_front();
        task.state = State::running;
        lock.unlock();
        try {
            (*task.work)();
        } catch (...) {
            task.fault = std::current_exception();
        }
        lock.lock();
        task.state = State::finished;
        task.changed.notify_one();  // under the lock: the task is gone once its owner has it
    }
}

}  // namespace auth
