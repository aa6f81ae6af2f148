// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace mortise::test {

/// Checks that `text` is what tests/golden/<name> holds; a missing file is a failure. Under
/// `./dev golden` it writes the file instead. The test's folder says GOLDEN in its mortise_test().
void check_golden(const std::string& name, const std::string& text);

}  // namespace mortise::test
