// SPDX-License-Identifier: Apache-2.0
#include <mortise/services/clock.h>

namespace mortise {

Clock::~Clock() = default;

}  // namespace mortise
