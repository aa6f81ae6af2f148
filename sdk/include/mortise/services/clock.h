// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include <mortise/export.h>
#include <mortise/time.h>

namespace mortise {

/// What time it is. Plugins ask this instead of the system, so that tests can turn the hands.
/// Safe from every thread; the same object for the life of the server.
class MORTISE_API Clock {
public:
    virtual ~Clock();
    /// The wall clock, UTC; may jump when the system's is set.
    virtual Time now() const = 0;
    /// Never goes back; for measuring and for deadlines. Its zero means nothing.
    virtual std::chrono::steady_clock::time_point steady_now() const = 0;
};

}  // namespace mortise
