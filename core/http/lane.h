// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace mortise::http {

/// Where the blocking work of one plugin runs: its share of the worker pool, with a queue that ends.
class Lane {
public:
    virtual ~Lane() = default;
    /// Runs `task` on a worker, soon; false when there is no room for it. Any thread; never blocks.
    virtual bool submit(std::function<void()> task) = 0;
};

/// Runs each task at once on the thread that submits it: for tests and for servers without workers.
class InlineLane final : public Lane {
public:
    bool submit(std::function<void()> task) override {
        task();
        return true;
    }
};

}  // namespace mortise::http
