// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/schema.h"

namespace mortise::config {

/// What a plugin says of itself in plugin.yaml.
struct Manifest {
    std::string name;     ///< also of its folder and, with lib…so, of its library
    std::string version;  ///< "1.0.0"
    int sdk = 0;          ///< the SDK major it is written for
    std::string summary;
    std::string author, license, homepage;  ///< empty when not told
    std::vector<std::string> provides;      ///< names of services
    std::vector<std::string> needs;         ///< `requires:`, names of services
    Schema options;
    Node host;                     ///< its own defaults for the operator's `host:` settings
    std::filesystem::path folder;  ///< where it was found; empty for one read from a text
};

/// Reads a plugin.yaml as strictly as a configuration; empty when it added a fault.
std::optional<Manifest> read_manifest(std::string_view text, const std::string& file_name, int order,
                                      Faults& faults);

}  // namespace mortise::config
