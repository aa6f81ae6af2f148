// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cache {

/// How often what carries this tag has become stale.
struct Tag {
    std::atomic<std::uint64_t> purges{0};
};

/// Tags as they stood at one moment, before what they describe was read.
class Marks {
public:
    void add(std::shared_ptr<const Tag> tag);
    /// None of them has been purged since. Any thread.
    bool are_current() const noexcept;

private:
    struct Mark {
        std::shared_ptr<const Tag> tag;
        std::uint64_t purges;
    };
    std::vector<Mark> marks_;
};

/// The tags somebody holds, by name. A purge is one addition, however much carries the tag; what nobody holds
/// any more is forgotten. Any thread.
class TagBook {
public:
    TagBook();
    Marks mark(const std::vector<std::string>& names);
    void purge(std::string_view name);
    /// Everything that is held now.
    void purge_all();

private:
    struct Shard;
    struct Shards;
    std::shared_ptr<Shards> shards_;  // the tags share it: they take themselves out
};

}  // namespace cache
