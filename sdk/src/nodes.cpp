// SPDX-License-Identifier: Apache-2.0
#include <mortise/services/nodes.h>

namespace mortise {

Nodes::~Nodes() = default;

}  // namespace mortise
