// SPDX-License-Identifier: Apache-2.0
#include "window_table.h"

#include <sodium.h>

#include <utility>

namespace ratelimit {

namespace {

// So many ended windows of each policy go with one call.
constexpr std::size_t dropped_at_once = 4;

}  // namespace

WindowTable::WindowTable(const mortise::Clock& clock, std::vector<std::chrono::milliseconds> lengths,
                         std::size_t most)
    : clock_(clock), lengths_(std::move(lengths)), most_(most) {
    static_assert(crypto_shorthash_KEYBYTES == std::tuple_size_v<decltype(secret_)>);
    static_assert(crypto_shorthash_BYTES == sizeof(std::uint64_t));
    randombytes_buf(secret_.data(), secret_.size());
    for (Shard& shard : shards_) shard.by_policy.resize(lengths_.size());
}

Tally WindowTable::count(std::size_t policy, std::string_view subject, std::int64_t limit) {
    const Key key = key_of(policy, subject);
    const Moment now = clock_.steady_now();
    for (const bool is_last : {false, true}) {
        {
            Shard& shard = shard_of(key);
            const std::scoped_lock lock(shard.mutex);
            drop_ended(shard, now, dropped_at_once);
            Window* window = find(shard, key, now);
            if (window == nullptr) window = make(shard, key, now + lengths_[policy]);
            if (window != nullptr) {
                const auto left = std::chrono::ceil<std::chrono::milliseconds>(window->ends - now);
                if (window->used >= limit) return {Tally::Kind::over, window->used, left};
                return {Tally::Kind::counted, ++window->used, left};
            }
        }
        if (is_last || !drop_all_ended(now)) break;
    }
    return {};
}

void WindowTable::close(std::size_t policy, std::string_view subject, std::int64_t used,
                        std::chrono::milliseconds left) {
    const Key key = key_of(policy, subject);
    const Moment now = clock_.steady_now();
    Shard& shard = shard_of(key);
    const std::scoped_lock lock(shard.mutex);
    drop_ended(shard, now, dropped_at_once);
    Window* window = find(shard, key, now);
    if (window == nullptr) window = make(shard, key, now + left);
    if (window != nullptr) window->used = used;
}

bool WindowTable::is_over(std::size_t policy, std::string_view subject, std::int64_t limit, Tally& tally) {
    const Key key = key_of(policy, subject);
    const Moment now = clock_.steady_now();
    Shard& shard = shard_of(key);
    const std::scoped_lock lock(shard.mutex);
    const Window* window = find(shard, key, now);
    if (window == nullptr || window->used < limit) return false;
    tally = {Tally::Kind::over, window->used,
             std::chrono::ceil<std::chrono::milliseconds>(window->ends - now)};
    return true;
}

WindowTable::Key WindowTable::key_of(std::size_t policy, std::string_view subject) const {
    Key key{0, policy, subject};
    crypto_shorthash(reinterpret_cast<unsigned char*>(&key.hash),
                     reinterpret_cast<const unsigned char*>(subject.data()), subject.size(), secret_.data());
    return key;
}

// What has ended but was not dropped yet is found no more.
WindowTable::Window* WindowTable::find(Shard& shard, const Key& key, Moment now) {
    const auto found = shard.known.find(key);
    if (found == shard.known.end()) return nullptr;
    if (found->second->ends > now) return &*found->second;
    const auto ended = found->second;
    shard.known.erase(found);
    shard.by_policy[key.policy].erase(ended);
    size_.fetch_sub(1, std::memory_order_relaxed);
    return nullptr;
}

WindowTable::Window* WindowTable::make(Shard& shard, const Key& key, Moment ends) {
    if (size_.fetch_add(1, std::memory_order_relaxed) >= most_) {
        size_.fetch_sub(1, std::memory_order_relaxed);
        return nullptr;
    }
    Windows& windows = shard.by_policy[key.policy];
    const auto made = windows.insert(windows.end(), Window{std::string(key.subject), key.hash, 0, ends});
    shard.known.emplace(Key{key.hash, key.policy, made->subject}, made);
    return &*made;
}

void WindowTable::drop_ended(Shard& shard, Moment now, std::size_t at_most) {
    for (std::size_t policy = 0; policy < shard.by_policy.size(); ++policy) {
        Windows& windows = shard.by_policy[policy];
        for (std::size_t count = 0; count < at_most && !windows.empty(); ++count) {
            const Window& oldest = windows.front();
            if (oldest.ends > now) break;
            shard.known.erase(Key{oldest.hash, policy, oldest.subject});
            windows.pop_front();
            size_.fetch_sub(1, std::memory_order_relaxed);
        }
    }
}

// False: it was tried a moment ago. A table that is full must not cost everybody a walk through it.
bool WindowTable::drop_all_ended(Moment now) {
    constexpr Moment::duration pause = std::chrono::milliseconds(100);
    Moment::rep last = swept_.load(std::memory_order_relaxed);
    const Moment::rep own = now.time_since_epoch().count();
    if (last > own - pause.count()) return false;
    if (!swept_.compare_exchange_strong(last, own, std::memory_order_relaxed)) return false;
    for (Shard& shard : shards_) {
        const std::scoped_lock lock(shard.mutex);
        drop_ended(shard, now, std::numeric_limits<std::size_t>::max());
    }
    return true;
}

}  // namespace ratelimit
