// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

namespace mortise {

/// Keeps a subscription alive; it ends when this is destroyed or reset.
///
/// Ending waits for a delivery that is running on another thread, so that afterwards nothing the
/// handler refers to is touched any more. A handler may end its own subscription; it is then not
/// called again. May outlive the service it came from.
class [[nodiscard]] Subscription {
public:
    Subscription() = default;
    /// For services: `handle`'s deleter ends the subscription.
    explicit Subscription(std::shared_ptr<void> handle) : handle_(std::move(handle)) {}
    Subscription(Subscription&&) noexcept = default;
    Subscription& operator=(Subscription&&) noexcept = default;
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

    void reset() noexcept { handle_.reset(); }
    explicit operator bool() const noexcept { return handle_ != nullptr; }

private:
    std::shared_ptr<void> handle_;
};

}  // namespace mortise
