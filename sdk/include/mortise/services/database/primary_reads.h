// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/export.h>

namespace mortise {

/// While one lives, no read of its thread is served by a replica, whatever it says it may be: what is read
/// will be kept, and must not be older than what made its forerunner stale. They nest; false changes nothing.
class MORTISE_API PrimaryReads {
public:
    explicit PrimaryReads(bool are_wanted = true) noexcept;
    ~PrimaryReads();
    PrimaryReads(const PrimaryReads&) = delete;
    PrimaryReads& operator=(const PrimaryReads&) = delete;

    /// Whether one lives on this thread.
    static bool are_wanted() noexcept;

private:
    bool outer_;
};

}  // namespace mortise
