// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace chat {

/// For whoever may not know that it exists: the same words, whether it does or not.
[[noreturn]] void refuse_unknown_chat();
[[noreturn]] void refuse_unknown_message();
/// 403 with a name clients can act on.
[[noreturn]] void refuse_forbidden(std::string name, std::string text);
/// 422 for one value the shape could not judge.
[[noreturn]] void refuse_value(std::string pointer, std::string code, std::string detail);

}  // namespace chat
