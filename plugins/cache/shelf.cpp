// SPDX-License-Identifier: Apache-2.0
#include "shelf.h"

#include <functional>
#include <list>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cache {

struct Shelf::Shard {
    struct Place {
        std::string key;
        EntryPtr entry;
    };
    using Places = std::list<Place>;  // the last one asked for stands in front

    mutable std::mutex mutex;
    Places places;
    std::unordered_map<std::string_view, Places::iterator> by_key;  // views the places' own keys
    std::size_t bytes = 0;

    EntryPtr take(Places::iterator place) {
        EntryPtr entry = std::move(place->entry);
        bytes -= entry->bytes;
        by_key.erase(place->key);
        places.erase(place);
        return entry;
    }
};

Shelf::Shelf(std::size_t capacity)
    : shards_(std::make_unique<Shard[]>(shards)), capacity_(capacity / shards) {}

Shelf::~Shelf() = default;

Shelf::Shard& Shelf::of(std::string_view key) {
    return shards_[std::hash<std::string_view>{}(key) % shards];
}

EntryPtr Shelf::find(std::string_view key) {
    Shard& shard = of(key);
    const std::scoped_lock lock(shard.mutex);
    const auto found = shard.by_key.find(key);
    if (found == shard.by_key.end()) return nullptr;
    shard.places.splice(shard.places.begin(), shard.places, found->second);
    return found->second->entry;
}

void Shelf::put(const std::string& key, EntryPtr entry) {
    std::vector<EntryPtr> gone;  // ends outside the lock
    Shard& shard = of(key);
    const std::scoped_lock lock(shard.mutex);
    if (const auto found = shard.by_key.find(key); found != shard.by_key.end())
        gone.push_back(shard.take(found->second));
    if (entry->bytes > capacity_) return;
    shard.bytes += entry->bytes;
    shard.places.push_front({key, std::move(entry)});
    shard.by_key.emplace(shard.places.front().key, shard.places.begin());
    while (shard.bytes > capacity_) {
        gone.push_back(shard.take(std::prev(shard.places.end())));
        evictions_.fetch_add(1, std::memory_order_relaxed);
    }
}

std::size_t Shelf::size() const {
    std::size_t size = 0;
    for (std::size_t place = 0; place < shards; ++place) {
        const std::scoped_lock lock(shards_[place].mutex);
        size += shards_[place].places.size();
    }
    return size;
}

std::size_t Shelf::bytes() const {
    std::size_t bytes = 0;
    for (std::size_t place = 0; place < shards; ++place) {
        const std::scoped_lock lock(shards_[place].mutex);
        bytes += shards_[place].bytes;
    }
    return bytes;
}

}  // namespace cache
