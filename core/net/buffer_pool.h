// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace mortise::net {

/// Blocks of one size that a loop's connections borrow while bytes are pending and give back when none are.
/// Some are kept ready; the rest goes back to the system, so that a burst does not stay in memory for ever.
class BufferPool {
public:
    using Block = std::unique_ptr<char[]>;

    explicit BufferPool(std::size_t block_size = 32 * 1024, std::size_t kept = 64)
        : size_(block_size), kept_(kept) {}

    Block take() {
        if (blocks_.empty()) return Block(new char[size_]);
        auto block = std::move(blocks_.back());
        blocks_.pop_back();
        return block;
    }
    void give_back(Block block) {
        if (block && blocks_.size() < kept_) blocks_.push_back(std::move(block));
    }

    std::size_t block_size() const noexcept { return size_; }
    std::size_t held() const noexcept { return blocks_.size(); }

private:
    std::size_t size_;
    std::size_t kept_;
    std::vector<Block> blocks_;
};

}  // namespace mortise::net
