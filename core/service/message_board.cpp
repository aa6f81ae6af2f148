// SPDX-License-Identifier: Apache-2.0
#include "service/message_board.h"

#include <utility>

namespace mortise::service {

namespace {

constexpr std::size_t overhead_bytes = 96;  // of a queued message, roughly

}  // namespace

MessageBoard::MessageBoard(std::size_t most_backlog_bytes, Log log)
    : most_backlog_bytes_(most_backlog_bytes), log_(std::move(log)), deliverer_([this] { run(); }) {}

MessageBoard::~MessageBoard() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    published_.notify_all();
    deliverer_.join();
}

void MessageBoard::publish(std::string_view channel, std::string_view message) {
    if (!subscribers_.of(channel)) return;
    {
        const std::lock_guard lock(mutex_);
        ++last_number_;
        backlog_bytes_ += channel.size() + message.size() + overhead_bytes;
        if (backlog_bytes_ > most_backlog_bytes_) {
            backlog_.clear();
            backlog_bytes_ = 0;
            gap_ = true;
        } else {
            backlog_.push_back(
                {.channel = std::string(channel), .text = std::string(message), .number = last_number_});
        }
    }
    published_.notify_one();
}

void MessageBoard::publish_gap() {
    {
        const std::lock_guard lock(mutex_);
        backlog_bytes_ += overhead_bytes;
        backlog_.push_back({.channel = {}, .text = {}, .number = ++last_number_, .is_gap = true});
    }
    published_.notify_one();
}

Subscription MessageBoard::subscribe(std::string_view channel, Store::OnMessage on_message,
                                     Store::OnGap on_gap) {
    const std::lock_guard lock(mutex_);
    return subscribers_.add(
        channel, last_number_,
        [on_message = std::move(on_message)](const void* message) {
            on_message(*static_cast<const std::string_view*>(message));
        },
        std::move(on_gap));
}

void MessageBoard::settle() {
    std::unique_lock lock(mutex_);
    const std::uint64_t mine = last_number_;
    delivered_.wait(lock, [&] { return done_number_ >= mine; });
}

void MessageBoard::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        published_.wait(lock, [this] { return stopping_ || gap_ || !backlog_.empty(); });
        if (stopping_) return;
        std::uint64_t done = last_number_;
        if (std::exchange(gap_, false)) {
            // What was thrown away counts as done; what came after it still waits in the backlog.
            if (!backlog_.empty()) done = backlog_.front().number - 1;
            lock.unlock();
            log_.warn("messages were lost: their listeners are too slow");
            tell_gap(done);
        } else {
            const Message message = std::move(backlog_.front());
            backlog_.pop_front();
            backlog_bytes_ -= message.channel.size() + message.text.size() + overhead_bytes;
            done = message.number;
            lock.unlock();
            deliver(message);
        }
        lock.lock();
        done_number_ = done;
        delivered_.notify_all();
    }
}

void MessageBoard::deliver(const Message& message) {
    if (message.is_gap) return tell_gap(message.number);
    const auto list = subscribers_.of(message.channel);
    if (!list) return;
    const std::string_view text = message.text;
    for (const auto& subscriber : *list)
        if (message.number > subscriber->since()) subscriber->tell(&text, log_);
}

void MessageBoard::tell_gap(std::uint64_t number) {
    for (const auto& subscriber : subscribers_.all())
        if (number > subscriber->since()) subscriber->tell_gap(log_);
}

}  // namespace mortise::service
