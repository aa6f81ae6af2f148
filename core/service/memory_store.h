// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <variant>

#include <mortise/log.h>
#include <mortise/services/clock.h>
#include <mortise/services/store.h>

#include "service/message_board.h"

namespace mortise::service {

struct StoreSettings {
    std::size_t max_bytes = std::size_t{256} << 20;     ///< of keys and values, with their overhead
    std::size_t backlog_bytes = std::size_t{16} << 20;  ///< of messages not delivered yet
};

/// The store of a server without Redis: in this process, 16 independently locked shards. Expiry is exact:
/// a key is gone in the millisecond its time is over, by the steady clock.
class MemoryStore final : public Store {
public:
    MemoryStore(const StoreSettings& settings, const Clock& clock, Log log);

    bool is_remote() const noexcept override { return false; }
    std::optional<std::string> get(std::string_view key) override;
    std::vector<std::optional<std::string>> get_many(const std::vector<std::string>& keys) override;
    void set(std::string_view key, std::string_view value, Ttl ttl) override;
    bool set_if_absent(std::string_view key, std::string_view value, Ttl ttl) override;
    bool compare_and_set(std::string_view key, std::string_view expected, std::string_view value,
                         Ttl ttl) override;
    bool compare_and_remove(std::string_view key, std::string_view expected) override;
    Added add(std::string_view key, std::int64_t amount, AddOptions options) override;
    using Store::add;

    std::optional<std::string> hash_get(std::string_view key, std::string_view field) override;
    bool hash_set(std::string_view key, std::string_view field, std::string_view value) override;
    bool hash_remove(std::string_view key, std::string_view field) override;
    std::int64_t hash_add(std::string_view key, std::string_view field, std::int64_t amount) override;
    std::map<std::string, std::string> hash_all(std::string_view key) override;

    bool set_add(std::string_view key, std::string_view member) override;
    bool set_remove(std::string_view key, std::string_view member) override;
    bool set_contains(std::string_view key, std::string_view member) override;
    std::size_t set_size(std::string_view key) override;
    std::vector<std::string> set_members(std::string_view key) override;

    bool exists(std::string_view key) override;
    bool remove(std::string_view key) override;
    bool expire(std::string_view key, Milliseconds ttl) override;
    Ttl expires_in(std::string_view key) override;

    void publish(std::string_view channel, std::string_view message) override;
    Subscription subscribe(std::string_view channel, OnMessage on_message, OnGap on_gap) override;

    /// What keys and values take now, the expired but not yet collected included.
    std::size_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }
    /// Waits until every message published before is delivered; for tests.
    void settle() { board_.settle(); }

private:
    using Moment = std::chrono::steady_clock::time_point;
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };
    using Hash = std::unordered_map<std::string, std::string, TextHash, std::equal_to<>>;
    using Set = std::unordered_set<std::string, TextHash, std::equal_to<>>;
    using Content = std::variant<std::string, Hash, Set>;
    using Deaths = std::multimap<Moment, std::string_view>;
    struct Entry {
        Content content;
        std::size_t bytes = 0;
        Deaths::iterator death = {};
        bool mortal = false;
    };
    struct Shard {
        std::mutex mutex;
        std::unordered_map<std::string, Entry, TextHash, std::equal_to<>> entries;
        Deaths deaths;
    };
    struct Full {};
    class Access;  // one locked shard and what may be done in it

    template <class Function>
    auto with(std::string_view key, Function&& function);
    Shard& shard_of(std::string_view key) { return shards_[TextHash{}(key) % shards_.size()]; }
    void collect_expired();

    const std::size_t max_bytes_;
    const Clock& clock_;
    std::atomic<std::size_t> bytes_{0};
    std::array<Shard, 16> shards_;
    MessageBoard board_;
};

}  // namespace mortise::service
