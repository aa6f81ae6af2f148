// SPDX-License-Identifier: Apache-2.0
#include "socket/recovery.h"

#include <algorithm>

#include "socket/client_socket.h"

namespace mortise::socket {

namespace {

constexpr std::size_t most_frames = 1024;
constexpr std::size_t most_absent = 20'000;  // of a loop: whoever breaks its connections again and again

}  // namespace

void Recollection::keep(SharedFrame frame) {
    bytes_ += frame->size();
    frames_.push_back(std::move(frame));
    while (frames_.size() > most_frames || (bytes_ > max_bytes_ && frames_.size() > 1)) {
        bytes_ -= frames_.front()->size();
        frames_.pop_front();
        has_forgotten_ = true;
    }
}

bool Recollection::reaches_back_to(std::uint64_t offset) const {
    if (offset == 0) return !has_forgotten_;
    return std::ranges::any_of(frames_, [&](const SharedFrame& frame) { return frame->offset() == offset; });
}

std::vector<SharedFrame> Recollection::since(std::uint64_t offset) const {
    auto from = frames_.begin();
    if (offset != 0) {
        from = std::ranges::find(frames_, offset, [](const SharedFrame& frame) { return frame->offset(); });
        if (from != frames_.end()) ++from;
    }
    return {from, frames_.end()};
}

struct Absentees::Absent {
    void late() { all.drop(std::string(socket->recollection()->pid())); }

    Absentees& all;
    std::shared_ptr<ClientSocket> socket;
    net::Timer window = net::Timer::calling<&Absent::late>(this);
};

Absentees::Absentees(SocketLoop& home) : home_(home) {}

Absentees::~Absentees() = default;

void Absentees::add(std::shared_ptr<ClientSocket> socket) {
    if (absent_.size() >= most_absent) return socket->gone();
    const std::string& pid = socket->recollection()->pid();
    std::unique_ptr<Absent> absent(new Absent{*this, std::move(socket)});
    home_.loop.arm(absent->window, home_.settings.recovery_window);
    absent_[pid] = std::move(absent);
}

std::shared_ptr<ClientSocket> Absentees::take(std::string_view space, const std::string& pid,
                                              std::uint64_t offset, std::string_view user_id) {
    const auto found = absent_.find(pid);
    if (found == absent_.end()) return nullptr;
    const std::shared_ptr<ClientSocket> socket = found->second->socket;
    const auto user = socket->user();
    const bool is_theirs = socket->space() == space && (user ? std::string_view(user->id) : "") == user_id;
    if (!is_theirs) return nullptr;  // whoever it belongs to may still come
    if (!socket->recollection()->reaches_back_to(offset)) {
        drop(pid);
        return nullptr;
    }
    absent_.erase(found);
    return socket;
}

void Absentees::drop(const std::string& pid) {
    const auto found = absent_.find(pid);
    if (found == absent_.end()) return;
    const auto absent = std::move(found->second);
    absent_.erase(found);
    absent->socket->gone();
}

void Absentees::clear() {
    while (!absent_.empty()) drop(std::string(absent_.begin()->first));
}

}  // namespace mortise::socket
