// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace mortise::app {

/// Colours and weight for people: only when standard output and standard error both are terminals and
/// NO_COLOR is not set; otherwise the text as it is.
std::string bold(const std::string& text);
std::string red(const std::string& text);
std::string dim(const std::string& text);

}  // namespace mortise::app
