// SPDX-License-Identifier: Apache-2.0
#include "shared_windows.h"

#include <exception>
#include <utility>

namespace ratelimit {

SharedWindows::SharedWindows(mortise::Store& store, Settings settings, mortise::Log log)
    : store_(store), settings_(settings), log_(std::move(log)) {}

SharedWindows::~SharedWindows() {
    stop();
}

void SharedWindows::start() {
    is_over_ = false;
    while (threads_.size() < settings_.threads) threads_.emplace_back([this] { work(); });
}

void SharedWindows::stop() {
    std::deque<Attempt> forgotten;
    {
        const std::scoped_lock lock(mutex_);
        is_over_ = true;
        forgotten.swap(attempts_);
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

void SharedWindows::count(Attempt attempt) {
    {
        const std::scoped_lock lock(mutex_);
        if (is_over_) return;
        if (attempts_.size() < settings_.queue) {
            attempts_.push_back(std::move(attempt));
            attempt.told = nullptr;
        }
    }
    if (attempt.told) return attempt.told({});
    changed_.notify_one();
}

std::size_t SharedWindows::waiting() const {
    const std::scoped_lock lock(mutex_);
    return attempts_.size();
}

void SharedWindows::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return is_over_ || !attempts_.empty(); });
        if (is_over_) return;
        const Attempt attempt = std::move(attempts_.front());
        attempts_.pop_front();
        lock.unlock();
        attempt.told(ask(attempt));
        lock.lock();
    }
}

Tally SharedWindows::ask(const Attempt& attempt) {
    // Who asked before the last turn and hears late says nothing about the store as it is now.
    unsigned turn = turns_.load(std::memory_order_relaxed);
    const bool was_away = turn % 2 == 1;
    try {
        const auto added = store_.add(attempt.key, 1, {.ttl = attempt.window, .at_most = attempt.limit});
        if (was_away && turns_.compare_exchange_strong(turn, turn + 1)) log_.info("the store counts again");
        // A key without an end is not ours; it is taken as a window that has just begun.
        return {added.stored ? Tally::Kind::counted : Tally::Kind::over, added.value,
                added.expires_in.value_or(attempt.window)};
    } catch (const std::exception& fault) {
        if (!was_away && turns_.compare_exchange_strong(turn, turn + 1))
            log_.warn("the store can't count", {{"why", fault.what()}});
        return {};
    }
}

}  // namespace ratelimit
