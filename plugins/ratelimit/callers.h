// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <mortise/network.h>
#include <mortise/services/limiter.h>

namespace ratelimit {

/// Tells visitors apart, and those who are never limited from the others.
class Callers {
public:
    /// The networks whose addresses are exempt. Throws std::invalid_argument for what is none.
    explicit Callers(const std::vector<std::string>& exempt);

    bool is_exempt(const mortise::Visitor& visitor) const;
    /// What this visitor is counted under: its user, or its address; an IPv6 address by its /64.
    static std::string subject_of(const mortise::Visitor& visitor, bool by_address);

private:
    std::vector<mortise::Network> exempt_;
};

}  // namespace ratelimit
