// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/environment.h"
#include "config/manifest.h"

namespace mortise::config {

/// Finds plugins as <folder>/<name>/plugin.yaml. Where two folders have one of the same name, the earlier
/// wins.
class PluginFolders {
public:
    /// The environment must outlive this.
    PluginFolders(std::vector<std::filesystem::path> folders, const Environment& environment);

    /// The folder of a plugin; empty when there is none of that name.
    std::optional<std::filesystem::path> find(std::string_view name) const;
    /// The names of all plugins there are, sorted.
    std::vector<std::string> names() const;
    /// Reads its plugin.yaml; empty when it added a fault. `find(name)` must have a value.
    std::optional<Manifest> manifest(std::string_view name, int order, Faults& faults) const;

private:
    std::vector<std::filesystem::path> folders_;
    const Environment& environment_;
};

}  // namespace mortise::config
