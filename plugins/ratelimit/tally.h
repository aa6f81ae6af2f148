// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace ratelimit {

/// What came of counting one attempt.
struct Tally {
    enum class Kind {
        counted,  ///< it was within the limit
        over,     ///< it was not, and changed nothing
        unknown,  ///< it could not be counted
    };
    Kind kind = Kind::unknown;
    std::int64_t used = 0;             ///< of the window, this attempt included when it was counted
    std::chrono::milliseconds left{};  ///< until the window ends
};

}  // namespace ratelimit
