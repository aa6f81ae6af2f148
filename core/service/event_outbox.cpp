// SPDX-License-Identifier: Apache-2.0
#include "service/event_outbox.h"

#include <chrono>
#include <exception>
#include <utility>

namespace mortise::service {

namespace {

constexpr std::size_t most_queued_bytes = std::size_t{16} << 20;
constexpr std::chrono::milliseconds pause{500};

}  // namespace

EventOutbox::EventOutbox(Store& store, std::string channel, std::string gap, Log log)
    : store_(store),
      channel_(std::move(channel)),
      gap_(std::move(gap)),
      log_(std::move(log)),
      thread_([this] { run(); }) {}

EventOutbox::~EventOutbox() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void EventOutbox::send(std::string message) {
    {
        const std::lock_guard lock(mutex_);
        queued_bytes_ += message.size();
        queue_.push_back(std::move(message));
        if (queued_bytes_ > most_queued_bytes) lose();
    }
    changed_.notify_all();
}

void EventOutbox::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return stopping_ || owes_gap_ || !queue_.empty(); });
        if (owes_gap_ && stopping_) return;
        const bool gap_first = std::exchange(owes_gap_, false);
        std::vector<std::string> messages = std::exchange(queue_, {});
        queued_bytes_ = 0;
        if (!gap_first && messages.empty()) return;  // stopping
        lock.unlock();
        bool taken = !gap_first || deliver(gap_);
        for (auto message = messages.begin(); taken && message != messages.end(); ++message)
            taken = deliver(*message);
        lock.lock();
        if (taken) continue;
        lose();
        changed_.wait_for(lock, pause, [this] { return stopping_; });
    }
}

bool EventOutbox::deliver(const std::string& message) {
    try {
        store_.publish(channel_, message);
        return true;
    } catch (const std::exception& fault) {
        log_.warn("events did not reach the other nodes; they will be told of a gap",
                  {{"why", fault.what()}});
        return false;
    }
}

void EventOutbox::lose() {
    queue_.clear();
    queued_bytes_ = 0;
    owes_gap_ = true;
}

}  // namespace mortise::service
