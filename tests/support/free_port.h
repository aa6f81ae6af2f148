// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace mortise::test {

/// A TCP port of 127.0.0.1 that nobody listened on a moment ago, for servers that can't choose one
/// themselves.
std::string free_port();

}  // namespace mortise::test
