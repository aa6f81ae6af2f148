// SPDX-License-Identifier: Apache-2.0
#include "token_cache.h"

#include <utility>

namespace auth {

std::shared_ptr<const mortise::User> TokenCache::find(std::string_view token) {
    Shard& shard = shard_of(token);
    const std::lock_guard lock(shard.mutex);
    if (const auto found = shard.young.find(token); found != shard.young.end()) return found->second;
    const auto found = shard.old.find(token);
    if (found == shard.old.end()) return nullptr;
    auto entry = shard.old.extract(found);
    auto user = entry.mapped();
    keep_young(shard, std::move(entry.key()), user);
    return user;
}

void TokenCache::keep(std::string_view token, std::shared_ptr<const mortise::User> user) {
    Shard& shard = shard_of(token);
    const std::lock_guard lock(shard.mutex);
    keep_young(shard, std::string(token), std::move(user));
}

TokenCache::Shard& TokenCache::shard_of(std::string_view token) {
    // A character of the signature: as good as random, and free.
    const auto last = token.size() < 3 ? 0U : static_cast<unsigned char>(token[token.size() - 3]);
    return shards_[last % shard_count];
}

void TokenCache::keep_young(Shard& shard, std::string token,
                            std::shared_ptr<const mortise::User> user) const {
    if (shard.young.size() >= most_young_) {
        shard.old = std::move(shard.young);
        shard.young = Entries();
    }
    shard.young.insert_or_assign(std::move(token), std::move(user));
}

}  // namespace auth
