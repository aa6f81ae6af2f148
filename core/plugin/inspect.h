// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/manifest.h"
#include "config/plugin_folders.h"

namespace mortise::plugin {

/// What can be said of a plugin's library without running any of it.
struct Inspection {
    std::filesystem::path file;
    std::uintmax_t size = 0;                   ///< bytes
    std::optional<std::string> abi_tag;        ///< what it was built for
    std::vector<std::string> symbols;          ///< what it exports; a good plugin: mortise_plugin alone
    std::optional<config::Manifest> manifest;  ///< from the plugin.yaml beside it
    std::vector<std::string> faults;           ///< one line each; empty: this server can load it
};

/// `file` is a library, or the folder of a plugin.
Inspection inspect(const std::filesystem::path& file);

/// A plugin that is there, whether it is switched on or not.
struct ListedPlugin {
    std::string name;
    std::filesystem::path folder;
    std::string version, summary;  ///< empty when the manifest is broken
    bool is_enabled = false;
    std::vector<std::string> faults;  ///< of its manifest and its library, one line each
};

/// Every plugin in the folders, by name. `enabled` are those of the configuration.
std::vector<ListedPlugin> list_plugins(const config::PluginFolders& folders,
                                       const std::vector<std::string>& enabled);

}  // namespace mortise::plugin
