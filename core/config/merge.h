// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/tree.h"

namespace mortise::config {

/// Lays one tree over another: maps are merged key by key, everything else is replaced. What was replaced is
/// kept as `shadowed` of what replaced it. A null over a map (a section without anything in it) changes
/// nothing.
Node merge(Node base, const Node& over);

}  // namespace mortise::config
