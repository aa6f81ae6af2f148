// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include <mortise/services/clock.h>

namespace mortise::service {

/// The machine's own clocks.
class SystemClock final : public Clock {
public:
    Time now() const override {
        return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }
    std::chrono::steady_clock::time_point steady_now() const override {
        return std::chrono::steady_clock::now();
    }
};

}  // namespace mortise::service
