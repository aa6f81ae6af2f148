// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace auth {

/// The text in small letters, of every script, for comparison. Text that is not UTF-8 comes back as it is.
std::string fold_case(std::string_view text);

/// Why this can't be a username, apart from its length: one sentence; nothing when it can. Letters and digits
/// of every script with single blanks, dots, hyphens, underscores and apostrophes between them: no '@', so
/// that a username never looks like an e-mail address, and nothing invisible.
std::optional<std::string> refuse_username(std::string_view username);

}  // namespace auth
