// SPDX-License-Identifier: Apache-2.0
#include <mortise/services/identity.h>

#include <mortise/services/people.h>

namespace mortise {

Identity::~Identity() = default;
People::~People() = default;

}  // namespace mortise
