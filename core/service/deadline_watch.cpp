// SPDX-License-Identifier: Apache-2.0
#include "service/deadline_watch.h"

#include <sys/socket.h>

namespace mortise::service {

DeadlineWatch::Guard::~Guard() {
    const std::lock_guard lock(watch_.mutex_);
    watch_.watched_.erase(key_);
}

bool DeadlineWatch::Guard::fired() const {
    const std::lock_guard lock(watch_.mutex_);
    return !watch_.watched_.contains(key_);
}

DeadlineWatch::~DeadlineWatch() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

DeadlineWatch::Guard DeadlineWatch::watch(int descriptor, Moment deadline) {
    const std::lock_guard lock(mutex_);
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    const Key key{deadline, ++last_};
    const auto place = watched_.emplace(key, descriptor).first;
    if (place == watched_.begin()) changed_.notify_all();
    return {*this, key};
}

void DeadlineWatch::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (watched_.empty()) {
            changed_.wait(lock);
            continue;
        }
        const Moment next = watched_.begin()->first.first;
        if (std::chrono::steady_clock::now() < next) {
            changed_.wait_until(lock, next);
            continue;
        }
        ::shutdown(watched_.begin()->second, SHUT_RDWR);
        watched_.erase(watched_.begin());
    }
}

}  // namespace mortise::service
