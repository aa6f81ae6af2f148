// SPDX-License-Identifier: Apache-2.0
#include "socket/socket_loop.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace mortise::socket {

namespace {

// Who has the loop for its sends gives it back after so many clients: a broadcast to ten thousand must not
// hold up everybody else for the time of ten thousand system calls.
constexpr std::size_t sends_a_turn = 256;

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t id_length = 20;
constexpr std::size_t loop_digits = 2;
constexpr std::size_t randomness_at_once = 4096;

std::string fresh_randomness() {
    std::string bytes(randomness_at_once, '\0');
    for (std::size_t have = 0; have < bytes.size();) {
        const auto got = ::getrandom(bytes.data() + have, bytes.size() - have, 0);
        if (got < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
        if (got > 0) have += static_cast<std::size_t>(got);
    }
    return bytes;
}

}  // namespace

SocketLoop::SocketLoop(net::EventLoop& event_loop, std::uint16_t its_number,
                       const SocketSettings& its_settings, SocketFigures& all_figures)
    : loop(event_loop), number(its_number), settings(its_settings), figures(all_figures) {}

SocketLoop::~SocketLoop() = default;

void SocketLoop::post(net::Task task) {
    if (!loop.in_loop()) return loop.post(std::move(task));
    ++posted_here_;
    loop.post([this, task = std::move(task), alive = std::weak_ptr(alive_)]() mutable {
        if (!alive.expired()) --posted_here_;
        task();
    });
}

void SocketLoop::send_soon(Sender& sender) {
    if (std::exchange(sender.is_listed_, true)) return;
    senders_.push_back(&sender);
    if (senders_.size() > 1) return;
    loop.post([this, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) send_turn();
    });
}

void SocketLoop::forget(Sender& sender) noexcept {
    if (sender.is_listed_) std::ranges::replace(senders_, &sender, nullptr);
}

void SocketLoop::send_turn() {
    std::vector<Sender*> now;
    now.swap(senders_);
    const std::size_t count = std::min(now.size(), sends_a_turn);
    // The rest waits for the next turn, in front of those who come meanwhile.
    senders_.assign(now.begin() + static_cast<std::ptrdiff_t>(count), now.end());
    if (!senders_.empty())
        loop.post([this, alive = std::weak_ptr(alive_)] {
            if (!alive.expired()) send_turn();
        });
    for (std::size_t place = 0; place < count; ++place) {
        Sender* sender = now[place];
        if (sender == nullptr) continue;
        sender->is_listed_ = false;
        sender->send_pending();
    }
}

void SocketLoop::bury(std::shared_ptr<void> object) {
    graves_.push_back(std::move(object));
    if (graves_.size() > 1) return;
    loop.post([this, alive = std::weak_ptr(alive_)] {
        if (alive.expired()) return;
        const auto buried = std::exchange(graves_, {});
    });
}

void SocketLoop::bury_leaving(Leaving place) {
    bury(std::move(*place));
    leaving_.erase(place);
}

void SocketLoop::end() {
    // Whoever is destroyed may send others on their way.
    while (!leaving_.empty() || !graves_.empty()) {
        const auto left = std::exchange(leaving_, {});
        const auto buried = std::exchange(graves_, {});
    }
}

WebSocketInflater& SocketLoop::inflater() {
    return inflater_ ? *inflater_ : inflater_.emplace();
}

WebSocketDeflater& SocketLoop::deflater() {
    return deflater_ ? *deflater_ : deflater_.emplace();
}

std::string SocketLoop::make_id() {
    constexpr std::size_t random_part = id_length - loop_digits;
    if (randomness_.size() < random_part) randomness_ = fresh_randomness();
    std::string id;
    id.reserve(id_length);
    id += letters[number / 64 % 64];
    id += letters[number % 64];
    for (std::size_t place = randomness_.size() - random_part; place < randomness_.size(); ++place)
        id += letters[static_cast<unsigned char>(randomness_[place]) % 64];
    randomness_.resize(randomness_.size() - random_part);
    return id;
}

std::optional<std::uint16_t> loop_of_id(std::string_view id) {
    if (const auto mark = id.rfind('#'); mark != std::string_view::npos)
        id.remove_prefix(mark + 1);  // of protocol 4: "/space#session"
    if (id.size() != id_length) return std::nullopt;
    const auto high = letters.find(id[0]);
    const auto low = letters.find(id[1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    return static_cast<std::uint16_t>(high * 64 + low);
}

}  // namespace mortise::socket
