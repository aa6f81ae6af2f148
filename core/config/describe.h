// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/environment.h"
#include "config/fault.h"
#include "config/manifest.h"

namespace mortise::config {

/// The manifests of all plugins in these folders, by name. Those with a fault are left out and told.
std::vector<Manifest> known_plugins(const std::vector<std::filesystem::path>& plugin_folders,
                                    const Environment& environment, Faults& faults);

/// The manual of everything that can be configured, for a terminal: two lines an option.
std::string describe_as_text(const std::vector<Manifest>& plugins);
/// The same as Markdown, a table for each section.
std::string describe_as_markdown(const std::vector<Manifest>& plugins);
/// The same as a JSON Schema (2020-12) of a whole configuration file, for editors and validators. It accepts
/// and refuses what load() does for one file, as far as values go: how YAML is written (duplicate keys,
/// anchors, 010 or True) and what options say of each other (pool.min and pool.max) it does not see.
std::string describe_as_json_schema(const std::vector<Manifest>& plugins);

}  // namespace mortise::config
