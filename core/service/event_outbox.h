// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <mortise/log.h>
#include <mortise/services/store.h>

namespace mortise::service {

/// Carries messages to a channel of the store, in order, on a thread of its own: whoever sends one waits for
/// nothing. What the store does not take is lost, and so is what is queued behind it; as soon as it takes
/// something again it is given the message `gap`, once for all that was lost.
class EventOutbox {
public:
    /// `store` outlives this.
    EventOutbox(Store& store, std::string channel, std::string gap, Log log);
    /// Sends what is queued, unless the store is away.
    ~EventOutbox();

    void send(std::string message);

private:
    void run();
    bool deliver(const std::string& message);
    void lose();

    Store& store_;
    const std::string channel_;
    const std::string gap_;
    const Log log_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> queue_;
    std::size_t queued_bytes_ = 0;
    bool owes_gap_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace mortise::service
