// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "entry.h"

namespace cache {

/// What is kept, bounded by bytes; what was asked for longest ago goes first. Any thread.
class Shelf {
public:
    explicit Shelf(std::size_t capacity);
    ~Shelf();

    /// Null when there is none; may be over, or stale by a purge: whoever asks looks.
    EntryPtr find(std::string_view key);
    /// In place of what stood there.
    void put(const std::string& key, EntryPtr entry);

    std::size_t size() const;
    std::size_t bytes() const;
    std::uint64_t evictions() const { return evictions_.load(std::memory_order_relaxed); }

private:
    struct Shard;
    static constexpr std::size_t shards = 16;
    Shard& of(std::string_view key);

    std::unique_ptr<Shard[]> shards_;
    std::size_t capacity_;  // of a shard
    std::atomic<std::uint64_t> evictions_{0};
};

}  // namespace cache
