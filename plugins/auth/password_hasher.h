// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "password_hash.h"
#include "waiting_pool.h"

namespace auth {

/// Hashes and checks passwords on threads of their own. Every call waits; see WaitingPool for how it fails.
class PasswordHasher {
public:
    using Deadline = WaitingPool::Deadline;
    static constexpr Deadline no_deadline = Deadline::max();

    struct Outcome {
        bool matches = false;
        std::optional<std::string> renewed;  // what to store instead, when the stored hash is outdated
    };

    PasswordHasher(HashCost cost, std::size_t threads, std::size_t queue)
        : cost_(cost), pool_(threads, queue) {}

    void start();
    void stop() { pool_.stop(); }

    std::string hash(std::string_view password, Deadline deadline) const;
    /// Without a stored hash (nobody has this name) it takes as long, and does not match.
    Outcome check(std::string_view password, const std::optional<std::string>& stored,
                  Deadline deadline) const;

    std::size_t waiting() const { return pool_.waiting(); }

private:
    HashCost cost_;
    mutable WaitingPool pool_;
    std::string nobodys_hash_;
};

}  // namespace auth
