// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include <mortise/log.h>
#include <mortise/services/store.h>

#include "service/subscribers.h"

namespace mortise::service {

/// Publish and subscribe inside this process: one thread delivers, in the order of publication. A backlog
/// beyond its bound is thrown away as a whole, and everybody is told of the gap.
class MessageBoard {
public:
    MessageBoard(std::size_t most_backlog_bytes, Log log);
    /// Delivers nothing more.
    ~MessageBoard();

    void publish(std::string_view channel, std::string_view message);
    Subscription subscribe(std::string_view channel, Store::OnMessage on_message, Store::OnGap on_gap);
    /// Tells everybody, between what was published before and after, that messages may have been missed.
    void publish_gap();
    /// Waits until what was published before is delivered; not from a handler.
    void settle();

private:
    struct Message {
        std::string channel;
        std::string text;
        std::uint64_t number;
        bool is_gap = false;
    };

    void run();
    void deliver(const Message& message);
    void tell_gap(std::uint64_t number);

    const std::size_t most_backlog_bytes_;
    const Log log_;
    Subscribers subscribers_;
    std::mutex mutex_;
    std::condition_variable published_;
    std::condition_variable delivered_;
    std::deque<Message> backlog_;
    std::size_t backlog_bytes_ = 0;
    std::uint64_t last_number_ = 0;
    std::uint64_t done_number_ = 0;
    bool gap_ = false;
    bool stopping_ = false;
    std::thread deliverer_;
};

}  // namespace mortise::service
