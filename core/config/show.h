// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "config/configuration.h"
#include "config/schema.h"

namespace mortise::config {

/// The whole configuration in force as YAML, defaults included: secrets are ***, and so are passwords in
/// URLs.
std::string show(const Configuration& configuration);

/// One value as YAML on one line, masked as above: `30s`, `"a: b"`, `[GET, POST]`, `{ limit: 5 }`.
std::string show(const Row& row, const OptionValue& value);

}  // namespace mortise::config
