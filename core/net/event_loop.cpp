// SPDX-License-Identifier: Apache-2.0
#include "net/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>
#include <limits>
#include <system_error>

namespace mortise::net {

namespace {

constexpr std::size_t events_a_round = 256;
thread_local bool runs_a_loop = false;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

EventLoop::EventLoop(const mortise::Clock* clock)
    : clock_(clock), epoll_(::epoll_create1(EPOLL_CLOEXEC)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!epoll_ || !wake_) fail("cannot make an event loop");
    epoch_ = now_ = read_clock();
    // Edge-triggered, and therefore never read: each write is a new edge.
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    event.data.ptr = nullptr;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0)
        fail("cannot watch the wake-up descriptor");
}

EventLoop::~EventLoop() = default;

void EventLoop::run() {
    thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    runs_a_loop = true;
    std::array<epoll_event, events_a_round> events;  // NOLINT: filled by the kernel
    while (!stopping_.load(std::memory_order_acquire)) {
        const int wait = prepare_to_sleep() ? wait_milliseconds() : 0;
        const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), wait);
        asleep_.store(false, std::memory_order_relaxed);
        now_ = read_clock();
        if (count > 0) dispatch({events.data(), static_cast<std::size_t>(count)});
        contain([&] {
            wheel_.advance(static_cast<TimerWheel::Tick>((now_ - epoch_) / std::chrono::milliseconds(1)));
        });
        run_posted();
    }
    while (has_posted_.load()) run_posted();
    runs_a_loop = false;
    thread_.store(std::thread::id{}, std::memory_order_relaxed);
}

bool EventLoop::is_loop_thread() noexcept {
    return runs_a_loop;
}

void EventLoop::stop() {
    stopping_.store(true, std::memory_order_release);
    post([] {});
}

void EventLoop::post(Task task) {
    {
        const std::lock_guard lock(mutex_);
        posted_.push_back(std::move(task));
        has_posted_.store(true);
    }
    // Either the loop sees has_posted_ before it sleeps, or we see here that it is about to.
    if (asleep_.load() && asleep_.exchange(false)) {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
    }
}

void EventLoop::arm(int fd, Watcher& watcher) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &watcher;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) fail("cannot watch a connection");
}

void EventLoop::arm_listener(int fd, Watcher& watcher) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLEXCLUSIVE;
    event.data.ptr = &watcher;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) fail("cannot watch a listening socket");
}

void EventLoop::disarm(int fd, Watcher& watcher) noexcept {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
    for (auto& event : undelivered_) {
        if (event.data.ptr == &watcher) event.data.ptr = nullptr;
    }
}

void EventLoop::arm(Timer& timer, Clock::time_point due) noexcept {
    wheel_.arm(timer, tick_at_or_after(due));
}

TimerWheel::Tick EventLoop::tick_at_or_after(Clock::time_point time) const noexcept {
    if (time <= epoch_) return 0;
    return static_cast<TimerWheel::Tick>(std::chrono::ceil<std::chrono::milliseconds>(time - epoch_).count());
}

EventLoop::Clock::time_point EventLoop::read_clock() const {
    return clock_ != nullptr ? clock_->steady_now() : Clock::now();
}

int EventLoop::wait_milliseconds() {
    const auto tick = wheel_.next();
    if (!tick) return -1;
    const auto due = epoch_ + std::chrono::milliseconds(*tick);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - read_clock()).count();
    if (left <= 0) return 0;
    return static_cast<int>(std::min<long long>(left, std::numeric_limits<int>::max()));
}

bool EventLoop::prepare_to_sleep() noexcept {
    asleep_.store(true);
    if (!has_posted_.load()) return true;
    asleep_.store(false, std::memory_order_relaxed);
    return false;
}

void EventLoop::dispatch(std::span<epoll_event> events) {
    for (std::size_t i = 0; i < events.size(); ++i) {
        const auto flags = events[i].events;
        if (events[i].data.ptr == nullptr) continue;
        auto& watcher = *static_cast<Watcher*>(events[i].data.ptr);
        undelivered_ = events.subspan(i + 1);
        contain([&] {
            watcher.ready({.readable = (flags & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0,
                           .writable = (flags & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0,
                           .hung_up = (flags & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0});
        });
    }
    undelivered_ = {};
}

void EventLoop::run_posted() {
    if (!has_posted_.load(std::memory_order_relaxed)) return;
    {
        const std::lock_guard lock(mutex_);
        running_.swap(posted_);
        has_posted_.store(false, std::memory_order_relaxed);
    }
    for (auto& task : running_) contain(task);
    running_.clear();
}

template <class Call>
void EventLoop::contain(Call&& call) noexcept {
    try {
        call();
    } catch (...) {
        if (!fault_) std::terminate();
        fault_(std::current_exception());
    }
}

}  // namespace mortise::net
