// SPDX-License-Identifier: Apache-2.0
#include <mortise/services/store.h>

namespace mortise {

Store::~Store() = default;

}  // namespace mortise
