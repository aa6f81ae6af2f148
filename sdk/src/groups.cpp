// SPDX-License-Identifier: Apache-2.0
#include <mortise/services/groups.h>

namespace mortise {

Groups::~Groups() = default;

}  // namespace mortise
