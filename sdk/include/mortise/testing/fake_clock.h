// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>

#include <mortise/services/clock.h>

namespace mortise::testing {

/// A clock that stands still until a test moves it. Both faces move together. Every thread may ask.
class FakeClock final : public Clock {
public:
    /// Noon on 1 January 2030, unless told otherwise.
    explicit FakeClock(Time start = std::chrono::sys_days(std::chrono::year(2030) / 1 / 1) +
                                    std::chrono::hours(12))
        : now_(start.time_since_epoch().count()) {}

    void advance(std::chrono::milliseconds by) { now_.fetch_add(by.count()); }

    Time now() const override { return Time(std::chrono::milliseconds(now_.load())); }
    std::chrono::steady_clock::time_point steady_now() const override {
        return std::chrono::steady_clock::time_point(std::chrono::milliseconds(now_.load()));
    }

private:
    std::atomic<std::chrono::milliseconds::rep> now_;
};

}  // namespace mortise::testing
