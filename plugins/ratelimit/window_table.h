// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <mortise/services/clock.h>

#include "tally.h"

namespace ratelimit {

/// Counts attempts in windows of time, in this process. Every thread may ask; nothing blocks.
///
/// A window begins with the first attempt of its subject, and with the first after the last one has ended.
/// Windows that have ended go when others are counted, in pieces: no call pays for many.
class WindowTable {
public:
    /// `lengths` are those of the policies, `most` is how many windows there may be at once. The clock
    /// outlives the table.
    WindowTable(const mortise::Clock& clock, std::vector<std::chrono::milliseconds> lengths,
                std::size_t most);

    /// Counts one attempt unless `limit` have been counted in this window. Unknown when the table is full.
    Tally count(std::size_t policy, std::string_view subject, std::int64_t limit);
    /// Notes that this subject is at its limit for as long as this, as somebody else has counted.
    void close(std::size_t policy, std::string_view subject, std::int64_t used,
               std::chrono::milliseconds left);
    /// Whether `limit` are counted already; the tally of a further attempt then.
    bool is_over(std::size_t policy, std::string_view subject, std::int64_t limit, Tally& tally);

    std::size_t size() const { return size_.load(std::memory_order_relaxed); }

private:
    using Moment = std::chrono::steady_clock::time_point;
    struct Key {
        std::uint64_t hash;
        std::size_t policy;
        std::string_view subject;
        friend bool operator==(const Key& one, const Key& other) {
            return one.policy == other.policy && one.subject == other.subject;
        }
    };
    struct Hash {
        std::size_t operator()(const Key& key) const noexcept { return key.hash; }
    };
    struct Window {
        std::string subject;
        std::uint64_t hash;
        std::int64_t used;
        Moment ends;
    };
    using Windows = std::list<Window>;
    struct alignas(64) Shard {
        std::mutex mutex;
        // In the order they were made, and so of their ends; what was closed may end sooner and then goes
        // late.
        std::vector<Windows> by_policy;
        std::unordered_map<Key, Windows::iterator, Hash> known;
    };

    Key key_of(std::size_t policy, std::string_view subject) const;
    Shard& shard_of(const Key& key) { return shards_[key.hash >> 58]; }
    Window* find(Shard& shard, const Key& key, Moment now);
    Window* make(Shard& shard, const Key& key, Moment ends);
    void drop_ended(Shard& shard, Moment now, std::size_t at_most);
    bool drop_all_ended(Moment now);

    const mortise::Clock& clock_;
    const std::vector<std::chrono::milliseconds> lengths_;
    const std::size_t most_;
    std::array<unsigned char, 16> secret_;  // of the hash: nobody can choose subjects that collide
    std::atomic<std::size_t> size_{0};
    std::atomic<Moment::rep> swept_{std::numeric_limits<Moment::rep>::min()};
    std::array<Shard, 64> shards_;
};

}  // namespace ratelimit
