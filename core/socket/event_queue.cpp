// SPDX-License-Identifier: Apache-2.0
#include "socket/event_queue.h"

#include <utility>

namespace mortise::socket {

namespace {

// After so many a worker goes back to its lane, where others may be waiting.
constexpr int jobs_a_turn = 32;

}  // namespace

void EventQueue::push(Job job) {
    {
        const std::scoped_lock lock(mutex_);
        bytes_ += job.bytes;
        jobs_.push_back(std::move(job));
        if (std::exchange(is_running_, true)) return;
    }
    run_on_loop();
}

bool EventQueue::is_idle() const {
    const std::scoped_lock lock(mutex_);
    return !is_running_;
}

std::size_t EventQueue::size() const {
    const std::scoped_lock lock(mutex_);
    return jobs_.size();
}

bool EventQueue::is_over(std::size_t jobs, std::size_t bytes) const {
    const std::scoped_lock lock(mutex_);
    return jobs_.size() > jobs || bytes_ > bytes;
}

void EventQueue::when_down_to(std::size_t jobs, std::size_t bytes, std::function<void()> told) {
    const std::scoped_lock lock(mutex_);
    most_jobs_ = jobs;
    most_bytes_ = bytes;
    told_ = std::move(told);
    tell_if_down();  // workers may have been quicker
}

void EventQueue::tell_if_down() {
    if (told_ && jobs_.size() <= most_jobs_ && bytes_ <= most_bytes_)
        loop_.post(std::exchange(told_, nullptr));
}

void EventQueue::run_on_loop() {
    Job job;
    while (take(job, nullptr)) {
        if (job.gate) return wait_at_gate(std::move(job));
        if (!start(std::move(job))) return;
    }
}

// False: a worker has it, and goes on with what comes after.
bool EventQueue::start(Job job) {
    if (job.lane == nullptr) {
        job.run();
        return true;
    }
    const http::Lane* lane = job.lane;
    auto waiting = std::make_shared<Job>(std::move(job));
    const bool has_room = waiting->lane->submit([self = shared_from_this(), waiting, lane] {
        waiting->run();
        self->run_on_worker(lane);
    });
    if (!has_room && waiting->refused) waiting->refused();
    return !has_room;
}

void EventQueue::wait_at_gate(Job job) {
    const auto gate = std::exchange(job.gate, nullptr);
    gate([self = shared_from_this(), waiting = std::make_shared<Job>(std::move(job))](bool may_run) {
        self->loop_.post([self, waiting, may_run] {
            if (may_run && !self->start(std::move(*waiting))) return;
            if (!may_run && waiting->refused) waiting->refused();
            self->run_on_loop();
        });
    });
}

void EventQueue::run_on_worker(const http::Lane* lane) {
    Job job;
    for (int count = 1; count < jobs_a_turn && take(job, lane); ++count) job.run();
    // Also when nothing is left: what the jobs have posted to the loop comes before what runs at once there.
    loop_.post([self = shared_from_this()] { self->run_on_loop(); });
}

// A worker takes only what is for its own lane; the loop takes everything, and ends the run when there is
// nothing.
bool EventQueue::take(Job& job, const http::Lane* lane) {
    const std::scoped_lock lock(mutex_);
    if (jobs_.empty()) {
        if (lane == nullptr) is_running_ = false;
        return false;
    }
    if (lane != nullptr && (jobs_.front().lane != lane || jobs_.front().gate)) return false;
    job = std::move(jobs_.front());
    jobs_.pop_front();
    bytes_ -= job.bytes;
    tell_if_down();
    return true;
}

}  // namespace mortise::socket
