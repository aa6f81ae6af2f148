// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

#include <mortise/services/database.h>

namespace posts {

/// Deletes the posts, comments and likes of a person who is gone, a few in each write: other writers wait
/// for it. May be run again after it broke off. `on_change` hears the id of every post concerned.
void forget_person(mortise::Database& database, std::string_view user_id,
                   const std::function<void(std::string_view)>& on_change);

}  // namespace posts
