// SPDX-License-Identifier: Apache-2.0
#include "http/body_pipes.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace mortise::http {

std::size_t RequestPipe::read(std::span<char> buffer) {
    bool was_paused = false;
    std::size_t part = 0;
    {
        std::unique_lock lock(mutex_);
        const auto something = [&] { return read_ < bytes_.size() || ended_ || fault_; };
        waited_for_ = true;
        if (request_.deadline == std::chrono::steady_clock::time_point::max()) {
            changed_.wait(lock, something);
        } else if (!changed_.wait_until(lock, request_.deadline, something)) {
            throw Error(Code::request_timeout, "The body took too long to arrive.");
        }
        waited_for_ = false;
        part = std::min(buffer.size(), bytes_.size() - read_);
        if (part == 0 && fault_) throw Error(*fault_);
        std::memcpy(buffer.data(), bytes_.data() + read_, part);
        read_ += part;
        if (read_ == bytes_.size()) {
            bytes_.clear();
            read_ = 0;
            was_paused = std::exchange(paused_, false);
        }
    }
    if (was_paused) resume_();
    return part;
}

bool RequestPipe::push(std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    bytes_.append(bytes);
    changed_.notify_one();
    paused_ = bytes_.size() - read_ >= capacity_;
    return !paused_;
}

void RequestPipe::end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_one();
}

void RequestPipe::fail(Error fault) {
    const std::lock_guard lock(mutex_);
    fault_ = std::move(fault);
    changed_.notify_one();
}

bool RequestPipe::is_waited_for() {
    const std::lock_guard lock(mutex_);
    return waited_for_;
}

void ResponsePipe::write(std::string_view bytes) {
    while (!bytes.empty()) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return bytes_.size() < capacity_ || abandoned_; });
        if (abandoned_) throw Error(Code::request_timeout, "The client has gone or takes nothing.");
        const auto part = std::min(bytes.size(), capacity_ - bytes_.size());
        bytes_.append(bytes.substr(0, part));
        bytes.remove_prefix(part);
        tell_loop(lock);
    }
}

void ResponsePipe::run(const Response::Stream& body) noexcept {
    auto end = State::finished;
    try {
        body(*this);
    } catch (...) {  // NOLINT: half a body must not look whole; the connection is cut
        end = State::broken;
    }
    std::unique_lock lock(mutex_);
    state_ = end;
    tell_loop(lock);
}

ResponsePipe::State ResponsePipe::take(std::string& into) {
    const std::lock_guard lock(mutex_);
    into.append(bytes_);
    bytes_.clear();
    told_ = false;
    changed_.notify_one();
    return state_;
}

void ResponsePipe::abandon() {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
    changed_.notify_one();
}

void ResponsePipe::tell_loop(std::unique_lock<std::mutex>& lock) {
    const bool told = std::exchange(told_, true);
    lock.unlock();
    if (!told) wake_();
}

}  // namespace mortise::http
