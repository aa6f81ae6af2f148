// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace mortise::bench {

/// One thing done in two ways. Both are run in turns, so that what else the machine does meets both.
struct Pair {
    std::string name;
    std::function<void()> raw;
    std::function<void()> ours;
};

inline double quantile(std::vector<double> values, double share) {
    const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + place, values.end());
    return values[static_cast<std::size_t>(place)];
}

/// Microseconds a call: the lower quartile of `turns` turns of `calls` calls each. Turns are to be short, a
/// millisecond or so, so that many of them pass undisturbed even on a busy machine.
inline std::pair<double, double> measure(const Pair& pair, int turns, int calls) {
    const auto time = [calls](const std::function<void()>& call) {
        const auto start = std::chrono::steady_clock::now();
        for (int count = 0; count < calls; ++count) call();
        return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count() /
               calls;
    };
    std::vector<double> raw;
    std::vector<double> ours;
    time(pair.raw);
    time(pair.ours);
    for (int turn = 0; turn < turns; ++turn) {
        raw.push_back(time(pair.raw));
        ours.push_back(time(pair.ours));
    }
    return {quantile(raw, 0.25), quantile(ours, 0.25)};
}

inline void print_heading() {
    std::printf("%-52s %10s %10s %7s\n", "", "raw us", "ours us", "ratio");
}

inline void run(const Pair& pair, int turns, int calls) {
    const auto [raw, ours] = measure(pair, turns, calls);
    std::printf("%-52s %10.2f %10.2f %7.2f\n", pair.name.c_str(), raw, ours, ours / raw);
    std::fflush(stdout);
}

}  // namespace mortise::bench
