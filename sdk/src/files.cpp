// SPDX-License-Identifier: Apache-2.0
#include <mortise/services/files.h>

namespace mortise {

Files::~Files() = default;

}  // namespace mortise
