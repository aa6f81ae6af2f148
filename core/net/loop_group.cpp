// SPDX-License-Identifier: Apache-2.0
#include "net/loop_group.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <latch>
#include <string>

namespace mortise::net {

namespace {

std::size_t usable_cores() {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    if (::sched_getaffinity(0, sizeof cores, &cores) != 0) return 1;
    return static_cast<std::size_t>(std::max(1, CPU_COUNT(&cores)));
}

}  // namespace

LoopGroup::LoopGroup(std::size_t count, const mortise::Clock* clock) {
    if (count == 0) count = usable_cores();
    loops_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) loops_.push_back(std::make_unique<EventLoop>(clock));
}

void LoopGroup::start() {
    // Signals belong to the main thread; a new thread inherits the mask of its maker.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (std::size_t i = 0; i < loops_.size(); ++i) {
        threads_.emplace_back([loop = loops_[i].get()] { loop->run(); });
        pthread_setname_np(threads_.back().native_handle(), ("io-" + std::to_string(i)).c_str());
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void LoopGroup::stop() {
    for (auto& loop : loops_) loop->stop();
    threads_.clear();
}

void LoopGroup::on_each(const std::function<void(std::size_t, EventLoop&)>& call) {
    std::latch called(static_cast<std::ptrdiff_t>(loops_.size()));
    std::vector<std::exception_ptr> faults(loops_.size());
    for (std::size_t i = 0; i < loops_.size(); ++i) {
        loops_[i]->post([&, i] {
            try {
                call(i, *loops_[i]);
            } catch (...) {
                faults[i] = std::current_exception();
            }
            called.count_down();
        });
    }
    called.wait();
    for (const auto& fault : faults) {
        if (fault) std::rethrow_exception(fault);
    }
}

EventLoop& LoopGroup::any() noexcept {
    return *loops_[turn_.fetch_add(1, std::memory_order_relaxed) % loops_.size()];
}

}  // namespace mortise::net
