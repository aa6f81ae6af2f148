// SPDX-License-Identifier: Apache-2.0
#include "callers.h"

#include <algorithm>

#include <mortise/services/identity.h>

namespace ratelimit {

using mortise::Network;

Callers::Callers(const std::vector<std::string>& exempt) {
    for (const std::string& network : exempt) exempt_.emplace_back(network);
}

bool Callers::is_exempt(const mortise::Visitor& visitor) const {
    if (exempt_.empty()) return false;
    const auto address = Network::parse_address(visitor.address);
    return address &&
           std::ranges::any_of(exempt_, [&](const Network& network) { return network.contains(*address); });
}

std::string Callers::subject_of(const mortise::Visitor& visitor, bool by_address) {
    if (visitor.user != nullptr && !by_address) return "user:" + visitor.user->id;
    const auto address = Network::parse_address(visitor.address);
    return "at:" + (address ? address->customer() : std::string(visitor.address));
}

}  // namespace ratelimit
