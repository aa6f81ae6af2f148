// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/schema.h"

namespace mortise::config {

/// Makes rows of a map "name: { type: …, about: …, … }" and reports everything that is wrong with it,
/// defaults that break their own row included. The result is to be used only when no fault was added.
Schema read_schema(const Node& options, const std::string& path, Faults& faults);

}  // namespace mortise::config
