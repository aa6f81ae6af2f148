// SPDX-License-Identifier: Apache-2.0
#include "tags.h"

#include <algorithm>
#include <array>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace cache {

void Marks::add(std::shared_ptr<const Tag> tag) {
    const std::uint64_t purges = tag->purges.load(std::memory_order_acquire);
    marks_.push_back({std::move(tag), purges});
}

bool Marks::are_current() const noexcept {
    return std::ranges::all_of(marks_, [](const Mark& mark) {
        return mark.tag->purges.load(std::memory_order_acquire) == mark.purges;
    });
}

struct TagBook::Shard {
    std::mutex mutex;
    std::unordered_map<std::string, std::weak_ptr<Tag>> tags;
};

struct TagBook::Shards {
    std::array<Shard, 16> shards;
    Shard& of(std::string_view name) { return shards[std::hash<std::string_view>{}(name) % shards.size()]; }
};

TagBook::TagBook() : shards_(std::make_shared<Shards>()) {}

Marks TagBook::mark(const std::vector<std::string>& names) {
    Marks marks;
    for (const std::string& name : names) {
        Shard& shard = shards_->of(name);
        std::shared_ptr<Tag> tag;
        {
            const std::scoped_lock lock(shard.mutex);
            std::weak_ptr<Tag>& known = shard.tags[name];
            tag = known.lock();
            if (!tag) {
                const auto take_out = [shards = shards_, name](const Tag* gone) {
                    delete gone;
                    Shard& home = shards->of(name);
                    const std::scoped_lock home_lock(home.mutex);
                    // Another may have taken its place between its last holder and here.
                    if (const auto found = home.tags.find(name);
                        found != home.tags.end() && found->second.expired())
                        home.tags.erase(found);
                };
                known = tag = std::shared_ptr<Tag>(new Tag, take_out);
            }
        }
        marks.add(std::move(tag));
    }
    return marks;
}

void TagBook::purge(std::string_view name) {
    std::shared_ptr<Tag> tag;
    {
        Shard& shard = shards_->of(name);
        const std::scoped_lock lock(shard.mutex);
        const auto found = shard.tags.find(std::string(name));
        if (found != shard.tags.end()) tag = found->second.lock();
    }
    if (tag) tag->purges.fetch_add(1, std::memory_order_acq_rel);
}

void TagBook::purge_all() {
    std::vector<std::shared_ptr<Tag>> held;  // let go outside the lock, which their end may take
    for (Shard& shard : shards_->shards) {
        const std::scoped_lock lock(shard.mutex);
        for (const auto& [name, known] : shard.tags)
            if (auto tag = known.lock()) held.push_back(std::move(tag));
    }
    for (const auto& tag : held) tag->purges.fetch_add(1, std::memory_order_acq_rel);
}

}  // namespace cache
