// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include <mortise/services/metrics.h>

#include "call_state.h"

namespace mortise {
class Host;
}

namespace calls {

/// What is counted of calls. The gauges tell of all nodes, so each node shows the same: they follow what
/// happens on this one at once, and what happens on others by a count of the database, asked for by whoever
/// reads them.
class LiveFigures {
public:
    explicit LiveFigures(mortise::Host& host);

    void began(std::string_view call_type) const;
    void answered() const;
    void ended(State from, Outcome outcome) const;
    /// A call that never rang, because the receiver was in another.
    void busy() const { busy_.add(); }
    void settled_glare() const { glares_.add(); }
    /// Somebody entered a group call, or left it; the first one begins it, the last one ends it.
    void entered(bool is_first) const;
    void left(bool is_last) const;
    /// From ready() on.
    void count() const;

private:
    void move(std::atomic<std::int64_t>& gauge, std::int64_t by) const;
    double read(const std::atomic<std::int64_t>& gauge) const;

    mortise::Host& host_;
    mutable std::atomic<std::int64_t> pending_{0}, active_{0}, rooms_{0}, participants_{0};
    mutable std::atomic<std::uint64_t> moves_{0};
    mutable std::atomic<std::int64_t> counted_at_{0};  // steady milliseconds
    mortise::Counter audio_, video_, busy_, glares_;
    mortise::Counter ends_[4];
};

}  // namespace calls
