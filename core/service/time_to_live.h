// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

#include <mortise/services/store.h>

namespace mortise::service {

/// Throws std::invalid_argument for a time to live that every store refuses.
inline void require_positive(Store::Ttl ttl) {
    if (ttl && *ttl <= Store::Milliseconds::zero())
        throw std::invalid_argument("a time to live must be positive");
}

}  // namespace mortise::service
