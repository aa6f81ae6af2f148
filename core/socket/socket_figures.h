// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace mortise {
class Metrics;
}

namespace mortise::socket {

/// What happened on all sockets of this node since its start. Every thread counts and reads.
struct SocketFigures {
    using Count = std::atomic<std::uint64_t>;

    Count sessions_opened, sessions_closed;  // the difference is open now
    Count sockets_connected, sockets_disconnected;
    Count raw_opened, raw_closed;
    Count upgrades;
    Count events_in, events_out, acks_in, acks_out;  // events_out counts receivers
    Count broadcasts;
    Count discarded;    // frames a client was not ready to take
    Count closed_slow;  // clients that left too much unread
    Count recovered;
    Count refused;  // connects

    static void add(Count& count, std::uint64_t more = 1) noexcept {
        count.fetch_add(more, std::memory_order_relaxed);
    }
    /// As long as this and `metrics` live.
    void show_in(Metrics& metrics) const;
};

}  // namespace mortise::socket
