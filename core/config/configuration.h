// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/options.h>

#include "config/core_config.h"
#include "config/environment.h"
#include "config/fault.h"
#include "config/manifest.h"

namespace mortise::config {

/// One enabled plugin with what the configuration says to it.
struct PluginSetup {
    std::shared_ptr<const Manifest> manifest;
    Options options;
    Options host_options;  ///< as read by host_schema()
    HostSettings host;
    Place place;  ///< where it is enabled, for faults that are found later
};

/// A whole configuration without a fault. Immutable by custom: made once, then only read.
struct Configuration {
    Options core_options;  ///< as read by core_schema(): for showing and comparing
    CoreConfig core;
    std::vector<PluginSetup> plugins;  ///< in the order in which they start
};

/// A text to read: a file, or one that is not in a file ("built in").
struct Source {
    std::filesystem::path file;       ///< its name in faults; includes are relative to it
    std::optional<std::string> text;  ///< empty: read the file
};

/// A configuration, or all of its faults in the order of files and lines.
struct Loaded {
    std::optional<Configuration> configuration;
    Faults faults;
};

/// Reads and checks; a later source wins over an earlier one, an included file over the one that includes it.
/// Plugins are looked for in server.plugin_path, then in `plugin_folders`. Loads no plugin code, prints
/// nothing.
Loaded load(const std::vector<Source>& sources, const Environment& environment,
            const std::vector<std::filesystem::path>& plugin_folders);

/// The options of one plugin from a text of its own, as they would stand under its name (for the test host).
struct LoadedOptions {
    Options options;
    Faults faults;
};
LoadedOptions load_options(const Manifest& manifest, std::string_view yaml, const Environment& environment);

/// An option that differs between two configurations.
struct Change {
    std::string path;  ///< "log.level", "plugins.chat.page"; "plugins" when the list itself differs
    bool live;         ///< a reload can apply it
};
/// What a reload would have to change, in the order of the schemas.
std::vector<Change> changes_between(const Configuration& before, const Configuration& after);

}  // namespace mortise::config
