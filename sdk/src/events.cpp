// SPDX-License-Identifier: Apache-2.0
#include <mortise/services/events.h>

namespace mortise {

Events::~Events() = default;

}  // namespace mortise
