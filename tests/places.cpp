// SPDX-License-Identifier: Apache-2.0
#include "places.h"

namespace mortise::test {

std::filesystem::path source_dir() {
    return MORTISE_SOURCE_DIR;
}

std::filesystem::path build_dir() {
    return MORTISE_BUILD_DIR;
}

}  // namespace mortise::test
