// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "config/place.h"

namespace mortise::config {

/// One thing that is wrong with a configuration: where, which key, and what is wrong, what is allowed.
struct Fault {
    Place place;
    std::string path;  ///< "server.listen[0]"; empty when the whole file is meant
    std::string text;  ///< never shows a secret
};

using Faults = std::vector<Fault>;

/// "file:line:column: key.path: what is wrong, what is allowed".
std::string to_string(const Fault& fault);

/// In the order of the files, and in each from top to bottom.
void sort_by_place(Faults& faults);

}  // namespace mortise::config
