// SPDX-License-Identifier: Apache-2.0
#include <mortise/shared_text.h>

#include <utility>

namespace mortise {

struct SharedText::Kept {
    explicit Kept(std::string bytes) : text(std::move(bytes)) {}
    ~Kept() { delete compressed.load(std::memory_order_acquire); }

    const std::string text;
    mutable std::atomic<const Kept*> compressed{nullptr};  // an empty text: it would not be smaller
    mutable std::atomic<std::uint64_t> hash{0};            // 0: not known yet
};

SharedText::SharedText(std::string text) : kept_(std::make_shared<const Kept>(std::move(text))) {}

std::string_view SharedText::view() const noexcept {
    return kept_->text;
}

std::shared_ptr<const std::string> SharedText::bytes() const noexcept {
    return {kept_, &kept_->text};
}

std::optional<SharedText> SharedText::compressed(Compress compress) const {
    const Kept* found = kept_->compressed.load(std::memory_order_acquire);
    if (found == nullptr) {
        auto made = std::make_unique<const Kept>(compress(kept_->text).value_or(std::string()));
        if (kept_->compressed.compare_exchange_strong(found, made.get(), std::memory_order_acq_rel))
            found = made.release();
    }
    if (found->text.empty()) return std::nullopt;
    return SharedText(std::shared_ptr<const Kept>(kept_, found));
}

bool SharedText::is_compressed() const noexcept {
    return kept_->compressed.load(std::memory_order_acquire) != nullptr;
}

std::uint64_t SharedText::hash(Hash hash) const noexcept {
    std::uint64_t known = kept_->hash.load(std::memory_order_relaxed);
    if (known == 0) kept_->hash.store(known = hash(kept_->text), std::memory_order_relaxed);
    return known;
}

}  // namespace mortise
