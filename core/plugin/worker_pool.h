// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/lane.h"

namespace mortise::plugin {

struct WorkerSettings {
    /// Threads that stay when there is nothing to do; 0: two for each core, four at least.
    std::size_t base = 0;
    /// How long a thread beyond the base waits for work before it ends.
    std::chrono::milliseconds idle = std::chrono::seconds(10);
    /// How long work may wait without any thread taking any before threads are added: long enough that a
    /// burst of short handlers makes none, short enough that nobody feels it when all threads are blocked.
    std::chrono::milliseconds patience = std::chrono::milliseconds(1);
};

struct BulkheadSettings {
    std::size_t in_flight = 32;
    std::size_t queue = 4096;
};

struct BulkheadFigures {
    std::size_t in_flight = 0;  ///< running, or about to
    std::size_t queued = 0;     ///< waiting for one of those to end
    std::uint64_t done = 0;
    std::uint64_t refused = 0;  ///< found no room
};

class Bulkhead;

/// The threads that run what may block, for all plugins together.
///
/// It grows up to the sum of what its bulkheads may have in flight, so that work one plugin may start
/// never waits for a thread that another plugin holds; and it shrinks when there is nothing to do.
class WorkerPool {
public:
    /// What a task throws although it must not; called on the worker.
    using OnFault = std::function<void(std::string_view bulkhead, std::exception_ptr)>;

    /// Starts no thread yet.
    explicit WorkerPool(const WorkerSettings& settings = {}, OnFault on_fault = {});
    /// Ends it as stop() with no time left.
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// Waits until nothing runs and nothing waits; false when that is not so after `limit`. Meanwhile and
    /// after, new work is still taken.
    bool drain(std::chrono::milliseconds limit);
    /// Refuses new work, lets what is there end within `limit`, drops the rest and ends the threads. The
    /// number of threads that are still inside a task: they hold the plugins' code, so nothing of it may
    /// be destroyed after a number above 0; the process should end without that.
    std::size_t stop(std::chrono::milliseconds limit);

    std::size_t threads() const;
    std::size_t busy_threads() const;

private:
    friend class Bulkhead;
    class State;
    std::shared_ptr<State> state_;
};

/// One plugin's share of the pool: so many tasks in flight, so many more waiting, and no more.
class Bulkhead final : public http::Lane {
public:
    /// `name` is for faults. Outlived by the pool.
    Bulkhead(WorkerPool& pool, std::string name, const BulkheadSettings& settings = {});
    /// Waiting tasks are dropped; running ones go on.
    ~Bulkhead() override;
    Bulkhead(const Bulkhead&) = delete;
    Bulkhead& operator=(const Bulkhead&) = delete;

    /// First come, first served. What is taken runs, unless the pool is stopped before its turn: whether
    /// somebody still waits for it is for the task to see (http's do).
    bool submit(std::function<void()> task) override;

    BulkheadFigures figures() const;

private:
    struct Share;
    friend class WorkerPool;
    std::shared_ptr<WorkerPool::State> pool_;
    std::shared_ptr<Share> share_;
};

}  // namespace mortise::plugin
