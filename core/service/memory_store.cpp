// SPDX-License-Identifier: Apache-2.0
#include "service/memory_store.h"

#include <stdexcept>
#include <utility>

#include <mortise/error.h>

#include "service/stored_number.h"
#include "service/time_to_live.h"

namespace mortise::service {

namespace {

constexpr std::size_t entry_overhead = 160;  // nodes of the table and of the list of deaths, roughly
constexpr std::size_t item_overhead = 64;    // a node of a hash or set, roughly

std::int64_t sum_of(std::int64_t number, std::int64_t amount) {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(number, amount, &sum))
        throw std::out_of_range("a number in the store would overflow");
    return sum;
}

// Also when the sum is beyond all that 64 bits hold.
bool is_above(std::int64_t number, std::int64_t amount, std::int64_t ceiling) {
    std::int64_t sum = 0;
    return __builtin_add_overflow(number, amount, &sum) ? amount > 0 : sum > ceiling;
}

}  // namespace

// All work happens here, the shard locked. Room is taken before anything changes, so that Full leaves
// everything as it was.
class MemoryStore::Access {
public:
    Access(MemoryStore& store, Shard& shard)
        : store_(store), shard_(shard), lock_(shard.mutex), now_(store.clock_.steady_now()) {
        collect_expired();
    }

    Entry* find(std::string_view key) {
        const auto place = shard_.entries.find(key);
        return place == shard_.entries.end() ? nullptr : &place->second;
    }
    template <class Kind>
    Kind* find_as(std::string_view key) {
        Entry* entry = find(key);
        if (entry == nullptr) return nullptr;
        if (auto* content = std::get_if<Kind>(&entry->content)) return content;
        throw std::logic_error("the store holds another kind under this key");
    }
    template <class Kind>
    std::pair<Entry&, Kind&> find_or_make(std::string_view key) {
        if (auto* content = find_as<Kind>(key)) return {*find(key), *content};
        const std::size_t bytes = key.size() + entry_overhead;
        take(bytes);
        Entry& entry = shard_.entries.try_emplace(std::string(key)).first->second;
        entry.bytes = bytes;
        return {entry, entry.content.emplace<Kind>()};
    }

    void put(std::string_view key, std::string_view value, Ttl ttl) {
        const std::size_t bytes = key.size() + value.size() + entry_overhead;
        Entry* entry = find(key);
        resize(entry == nullptr ? 0 : entry->bytes, bytes);
        if (entry == nullptr) entry = &shard_.entries.try_emplace(std::string(key)).first->second;
        entry->bytes = bytes;
        entry->content.emplace<std::string>(value);
        set_life(key, *entry, ttl);
    }
    /// Replaces the text and keeps the time to live.
    void replace_text(Entry& entry, std::string& text, std::string value) {
        resize(text.size(), value.size());
        entry.bytes = entry.bytes - text.size() + value.size();
        text = std::move(value);
    }
    /// Takes room for one more item; without it a hash or set made for this very item goes again.
    void grow(std::string_view key, Entry& entry, std::size_t bytes) try {
        take(bytes);
        entry.bytes += bytes;
    } catch (const Full&) {
        if (std::visit([](const auto& content) { return content.empty(); }, entry.content)) erase(key);
        throw;
    }
    void shrink(Entry& entry, std::size_t bytes) {
        give(bytes);
        entry.bytes -= bytes;
    }
    void erase(std::string_view key) {
        const auto place = shard_.entries.find(key);
        give(place->second.bytes);
        if (place->second.mortal) shard_.deaths.erase(place->second.death);
        shard_.entries.erase(place);
    }
    void set_life(std::string_view key, Entry& entry, Ttl ttl) {
        if (entry.mortal) shard_.deaths.erase(entry.death);
        entry.mortal = ttl.has_value();
        if (ttl) entry.death = shard_.deaths.emplace(now_ + *ttl, shard_.entries.find(key)->first);
    }
    Ttl life_of(const Entry& entry) const {
        if (!entry.mortal) return std::nullopt;
        return std::chrono::ceil<Milliseconds>(entry.death->first - now_);
    }

private:
    void collect_expired() {
        while (!shard_.deaths.empty() && shard_.deaths.begin()->first <= now_)
            erase(shard_.deaths.begin()->second);
    }
    void resize(std::size_t before, std::size_t after) {
        if (after > before) {
            take(after - before);
        } else {
            give(before - after);
        }
    }
    void take(std::size_t bytes) {
        if (store_.bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes > store_.max_bytes_) {
            give(bytes);
            throw Full{};
        }
    }
    void give(std::size_t bytes) { store_.bytes_.fetch_sub(bytes, std::memory_order_relaxed); }

    MemoryStore& store_;
    Shard& shard_;
    const std::lock_guard<std::mutex> lock_;
    const Moment now_;
};

MemoryStore::MemoryStore(const StoreSettings& settings, const Clock& clock, Log log)
    : max_bytes_(settings.max_bytes), clock_(clock), board_(settings.backlog_bytes, std::move(log)) {}

// Runs the function in the key's shard. When the store is full, other shards may still hold what has
// expired: that is collected once before giving up.
template <class Function>
auto MemoryStore::with(std::string_view key, Function&& function) {
    try {
        Access access(*this, shard_of(key));
        return function(access);
    } catch (const Full&) {
        collect_expired();
    }
    try {
        Access access(*this, shard_of(key));
        return function(access);
    } catch (const Full&) {
        throw Error(Code::unavailable, "The server is short of memory. Try again later.",
                    "the store is full (store.max_bytes)");
    }
}

void MemoryStore::collect_expired() {
    for (Shard& shard : shards_) const Access collects(*this, shard);
}

std::optional<std::string> MemoryStore::get(std::string_view key) {
    return with(key, [&](Access& access) -> std::optional<std::string> {
        const auto* text = access.find_as<std::string>(key);
        return text == nullptr ? std::nullopt : std::optional(*text);
    });
}

std::vector<std::optional<std::string>> MemoryStore::get_many(const std::vector<std::string>& keys) {
    std::vector<std::optional<std::string>> values;
    values.reserve(keys.size());
    for (const auto& key : keys) values.push_back(get(key));
    return values;
}

void MemoryStore::set(std::string_view key, std::string_view value, Ttl ttl) {
    require_positive(ttl);
    with(key, [&](Access& access) { access.put(key, value, ttl); });
}

bool MemoryStore::set_if_absent(std::string_view key, std::string_view value, Ttl ttl) {
    require_positive(ttl);
    return with(key, [&](Access& access) {
        if (access.find(key) != nullptr) return false;
        access.put(key, value, ttl);
        return true;
    });
}

bool MemoryStore::compare_and_set(std::string_view key, std::string_view expected, std::string_view value,
                                  Ttl ttl) {
    require_positive(ttl);
    return with(key, [&](Access& access) {
        const auto* text = access.find_as<std::string>(key);
        if (text == nullptr || *text != expected) return false;
        access.put(key, value, ttl);
        return true;
    });
}

bool MemoryStore::compare_and_remove(std::string_view key, std::string_view expected) {
    return with(key, [&](Access& access) {
        const auto* text = access.find_as<std::string>(key);
        if (text == nullptr || *text != expected) return false;
        access.erase(key);
        return true;
    });
}

Store::Added MemoryStore::add(std::string_view key, std::int64_t amount, AddOptions options) {
    require_positive(options.ttl);
    return with(key, [&](Access& access) -> Added {
        auto* text = access.find_as<std::string>(key);
        const std::int64_t before = text == nullptr ? 0 : stored_number(*text);
        if (options.at_most && is_above(before, amount, *options.at_most))
            return {before, false, text == nullptr ? std::nullopt : access.life_of(*access.find(key))};
        const std::int64_t after = sum_of(before, amount);
        if (text == nullptr) {
            access.put(key, std::to_string(after), options.ttl);
        } else {
            access.replace_text(*access.find(key), *text, std::to_string(after));
        }
        return {after, true, access.life_of(*access.find(key))};
    });
}

std::optional<std::string> MemoryStore::hash_get(std::string_view key, std::string_view field) {
    return with(key, [&](Access& access) -> std::optional<std::string> {
        const auto* hash = access.find_as<Hash>(key);
        if (hash == nullptr) return std::nullopt;
        const auto place = hash->find(field);
        return place == hash->end() ? std::nullopt : std::optional(place->second);
    });
}

bool MemoryStore::hash_set(std::string_view key, std::string_view field, std::string_view value) {
    return with(key, [&](Access& access) {
        const auto [entry, hash] = access.find_or_make<Hash>(key);
        if (const auto place = hash.find(field); place != hash.end()) {
            access.replace_text(entry, place->second, std::string(value));
            return false;
        }
        access.grow(key, entry, field.size() + value.size() + item_overhead);
        hash.emplace(field, value);
        return true;
    });
}

bool MemoryStore::hash_remove(std::string_view key, std::string_view field) {
    return with(key, [&](Access& access) {
        auto* hash = access.find_as<Hash>(key);
        if (hash == nullptr) return false;
        const auto place = hash->find(field);
        if (place == hash->end()) return false;
        access.shrink(*access.find(key), place->first.size() + place->second.size() + item_overhead);
        hash->erase(place);
        if (hash->empty()) access.erase(key);
        return true;
    });
}

std::int64_t MemoryStore::hash_add(std::string_view key, std::string_view field, std::int64_t amount) {
    return with(key, [&](Access& access) {
        const auto [entry, hash] = access.find_or_make<Hash>(key);
        const auto place = hash.find(field);
        const std::int64_t sum = sum_of(place == hash.end() ? 0 : stored_number(place->second), amount);
        std::string text = std::to_string(sum);
        if (place == hash.end()) {
            access.grow(key, entry, field.size() + text.size() + item_overhead);
            hash.emplace(field, std::move(text));
        } else {
            access.replace_text(entry, place->second, std::move(text));
        }
        return sum;
    });
}

std::map<std::string, std::string> MemoryStore::hash_all(std::string_view key) {
    return with(key, [&](Access& access) -> std::map<std::string, std::string> {
        const auto* hash = access.find_as<Hash>(key);
        if (hash == nullptr) return {};
        return {hash->begin(), hash->end()};
    });
}

bool MemoryStore::set_add(std::string_view key, std::string_view member) {
    return with(key, [&](Access& access) {
        const auto [entry, set] = access.find_or_make<Set>(key);
        if (set.contains(member)) return false;
        access.grow(key, entry, member.size() + item_overhead);
        set.emplace(member);
        return true;
    });
}

bool MemoryStore::set_remove(std::string_view key, std::string_view member) {
    return with(key, [&](Access& access) {
        auto* set = access.find_as<Set>(key);
        if (set == nullptr) return false;
        const auto place = set->find(member);
        if (place == set->end()) return false;
        access.shrink(*access.find(key), place->size() + item_overhead);
        set->erase(place);
        if (set->empty()) access.erase(key);
        return true;
    });
}

bool MemoryStore::set_contains(std::string_view key, std::string_view member) {
    return with(key, [&](Access& access) {
        const auto* set = access.find_as<Set>(key);
        return set != nullptr && set->contains(member);
    });
}

std::size_t MemoryStore::set_size(std::string_view key) {
    return with(key, [&](Access& access) {
        const auto* set = access.find_as<Set>(key);
        return set == nullptr ? std::size_t{0} : set->size();
    });
}

std::vector<std::string> MemoryStore::set_members(std::string_view key) {
    return with(key, [&](Access& access) -> std::vector<std::string> {
        const auto* set = access.find_as<Set>(key);
        if (set == nullptr) return {};
        return {set->begin(), set->end()};
    });
}

bool MemoryStore::exists(std::string_view key) {
    return with(key, [&](Access& access) { return access.find(key) != nullptr; });
}

bool MemoryStore::remove(std::string_view key) {
    return with(key, [&](Access& access) {
        if (access.find(key) == nullptr) return false;
        access.erase(key);
        return true;
    });
}

bool MemoryStore::expire(std::string_view key, Milliseconds ttl) {
    require_positive(ttl);
    return with(key, [&](Access& access) {
        Entry* entry = access.find(key);
        if (entry == nullptr) return false;
        access.set_life(key, *entry, ttl);
        return true;
    });
}

Store::Ttl MemoryStore::expires_in(std::string_view key) {
    return with(key, [&](Access& access) -> Ttl {
        const Entry* entry = access.find(key);
        return entry == nullptr ? std::nullopt : access.life_of(*entry);
    });
}

void MemoryStore::publish(std::string_view channel, std::string_view message) {
    board_.publish(channel, message);
}

Subscription MemoryStore::subscribe(std::string_view channel, OnMessage on_message, OnGap on_gap) {
    return board_.subscribe(channel, std::move(on_message), std::move(on_gap));
}

}  // namespace mortise::service
