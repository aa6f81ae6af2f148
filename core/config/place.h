// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

namespace mortise::config {

/// A text that was read, told apart by name; `order` is the rank in which the loader came to it.
struct File {
    std::string name;
    int order = 0;
};

/// Where something stands: counted from 1, columns in characters.
struct Place {
    std::shared_ptr<const File> file;
    int line = 1;
    int column = 1;
};

}  // namespace mortise::config
