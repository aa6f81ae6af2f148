// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace mortise::test {

/// Where the repository is.
std::filesystem::path source_dir();
/// Where this build put its results: bin/mortise, plugins/<name>/, test-plugins/<name>/.
std::filesystem::path build_dir();

}  // namespace mortise::test
