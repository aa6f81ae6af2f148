// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include <mortise/services/identity.h>

namespace auth {

/// Remembers who verified tokens speak for. Keys are whole tokens, so that nothing but the very same text
/// finds an entry; only verified tokens come in. Says nothing about ends and revocations: who asks checks
/// those.
///
/// Each shard has two halves: entries are made in the young one, and when it is full it becomes the old one
/// and what was old is dropped; an old entry that is asked for is made young again. Safe from every thread.
class TokenCache {
public:
    explicit TokenCache(std::size_t most_entries) : most_young_(most_entries / (2 * shard_count) + 1) {}

    /// Null when it is not here.
    std::shared_ptr<const mortise::User> find(std::string_view token);
    void keep(std::string_view token, std::shared_ptr<const mortise::User> user);

private:
    static constexpr std::size_t shard_count = 16;
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view token) const { return std::hash<std::string_view>{}(token); }
    };
    using Entries =
        std::unordered_map<std::string, std::shared_ptr<const mortise::User>, Hash, std::equal_to<>>;
    struct alignas(64) Shard {
        std::mutex mutex;
        Entries young, old;
    };

    Shard& shard_of(std::string_view token);
    void keep_young(Shard& shard, std::string token, std::shared_ptr<const mortise::User> user) const;

    const std::size_t most_young_;
    std::array<Shard, shard_count> shards_;
};

}  // namespace auth
