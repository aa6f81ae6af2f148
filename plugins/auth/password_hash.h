// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace auth {

/// What one Argon2id hash costs.
struct HashCost {
    std::uint64_t memory = 19 * 1024 * 1024;  // bytes
    std::uint64_t passes = 2;
};

/// A new Argon2id hash in PHC text ("$argon2id$v=19$m=…"). Throws std::bad_alloc when the memory is not
/// there.
std::string hash_password(std::string_view password, const HashCost& cost);

/// Whether the password belongs to the stored hash: Argon2id in PHC text, or bcrypt ($2a$, $2b$, $2y$). Any
/// other text, and one whose cost is beyond what we are willing to spend, matches nothing.
bool matches_password(std::string_view password, const std::string& stored);

/// Whether the stored hash is of another kind or cost than new ones are.
bool is_outdated(const std::string& stored, const HashCost& cost);

}  // namespace auth
