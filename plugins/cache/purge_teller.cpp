// SPDX-License-Identifier: Apache-2.0
#include "purge_teller.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace cache {

namespace {

constexpr std::size_t most_untold = 10'000;
constexpr std::chrono::milliseconds between_attempts{250};

}  // namespace

PurgeTeller::PurgeTeller(std::function<void(const std::string&)> tell)
    : tell_(std::move(tell)), thread_([this] { work(); }) {}

PurgeTeller::~PurgeTeller() {
    stop();
}

void PurgeTeller::stop() {
    {
        const std::scoped_lock lock(mutex_);
        is_over_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void PurgeTeller::purge(std::string tag) {
    {
        const std::scoped_lock lock(mutex_);
        if (untold_.size() >= most_untold) {
            untold_.clear();
            tag = std::string(everything);
        }
        untold_[std::move(tag)] = ++purges_;
    }
    changed_.notify_all();
}

bool PurgeTeller::is_untold(const std::vector<std::string>& tags) const {
    const std::scoped_lock lock(mutex_);
    if (untold_.empty()) return false;
    return untold_.contains(everything) ||
           std::ranges::any_of(tags, [this](const std::string& tag) { return untold_.contains(tag); });
}

void PurgeTeller::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return is_over_ || !untold_.empty(); });
        if (is_over_) return;
        lock.unlock();
        const bool is_told = tell_all();
        lock.lock();
        if (!is_told) changed_.wait_for(lock, between_attempts, [this] { return is_over_; });
    }
}

bool PurgeTeller::tell_all() {
    std::vector<std::pair<std::string, std::uint64_t>> purges;
    {
        const std::scoped_lock lock(mutex_);
        purges.assign(untold_.begin(), untold_.end());
    }
    for (const auto& [tag, purge] : purges) {
        try {
            tell_(tag);
        } catch (...) {  // whoever tells has said why
            return false;
        }
        // It may have been purged again while it was told: that is told in the next round.
        const std::scoped_lock lock(mutex_);
        const auto told = untold_.find(tag);
        if (told != untold_.end() && told->second == purge) untold_.erase(told);
    }
    return true;
}

}  // namespace cache
