// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace mortise::plugin {

/// What the exception being handled says, as one line for an operator; for one that is no std::exception
/// its type. To be called in a catch block.
std::string exception_text();

/// A mangled name as a person would write it; the name itself when it is none.
std::string readable_symbol(const std::string& symbol);

}  // namespace mortise::plugin
