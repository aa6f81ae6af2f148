// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mortise {
class Store;
}

namespace calls {

/// Between two devices one offer is open at a time. When both offer at once the first counts, and the other
/// side has to answer it: so browsers that both want to change something don't wait for each other for ever.
class Negotiation {
public:
    explicit Negotiation(mortise::Store& store) : store_(store) {}

    /// False when the other one's offer is open. One's own open offer is replaced.
    bool offer(std::string_view call_id, std::string_view from, std::string_view to) const;
    /// The answer to the other one's offer, which is open no more. False when the open one is one's own.
    bool answer(std::string_view call_id, std::string_view from, std::string_view to) const;
    /// One of the two is not there, or another device is: what was offered is void, either way. With the
    /// store away it ends by itself.
    void forget(std::string_view call_id, std::string_view one, std::string_view other) const;

private:
    mortise::Store& store_;
};

}  // namespace calls
