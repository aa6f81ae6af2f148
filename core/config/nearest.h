// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mortise::config {

/// The name a misspelt word most likely means; empty when none is near.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& names);

/// What to tell about a word that is none of the names: "did you mean 'x'?" or "allowed: a, b, c".
std::string suggestion(std::string_view word, const std::vector<std::string_view>& names);

/// "a, b, c", or "nothing".
std::string join(const std::vector<std::string_view>& names);

}  // namespace mortise::config
