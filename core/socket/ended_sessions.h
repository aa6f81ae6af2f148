// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_set>

namespace mortise::socket {

/// The sign-ins that were ended lately. A client may still be on its way in with one: its token was good when
/// it came, and it is in no room yet where it could be found. Every thread may ask and tell.
class EndedSessions {
public:
    void add(const std::string& id) {
        const std::scoped_lock lock(mutex_);
        if (id.empty() || !known_.insert(id).second) return;
        order_.push_back(id);
        if (order_.size() <= most) return;
        known_.erase(order_.front());
        order_.pop_front();
    }
    bool contains(const std::string& id) const {
        const std::scoped_lock lock(mutex_);
        return known_.contains(id);
    }

private:
    static constexpr std::size_t most = 10'000;

    mutable std::mutex mutex_;
    std::unordered_set<std::string> known_;
    std::deque<std::string> order_;
};

}  // namespace mortise::socket
