// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <mortise/export.h>

namespace mortise {

/// A text that many answers share and nobody copies. What the server makes of it for one of them, its
/// compressed form and the hash of its entity tag, is kept here for the next. Copies are the same text;
/// every thread may use them.
class MORTISE_API SharedText {
public:
    using Compress = std::optional<std::string> (*)(std::string_view);
    using Hash = std::uint64_t (*)(std::string_view);

    explicit SharedText(std::string text);

    std::string_view view() const noexcept;
    /// The same bytes, for who sends them later.
    std::shared_ptr<const std::string> bytes() const noexcept;

    /// The compressed form, made at the first question; nothing when that would not be smaller. Several
    /// threads that ask first may each make it; one result stays. Always to be asked with the same function.
    std::optional<SharedText> compressed(Compress compress) const;
    /// Whether compressed() has its answer at hand.
    bool is_compressed() const noexcept;
    /// The hash of the text, made at the first question.
    std::uint64_t hash(Hash hash) const noexcept;

private:
    struct Kept;
    explicit SharedText(std::shared_ptr<const Kept> kept) : kept_(std::move(kept)) {}

    std::shared_ptr<const Kept> kept_;
};

}  // namespace mortise
