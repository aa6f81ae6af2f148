// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <mortise/options.h>
#include <mortise/plugin.h>

#include "plugin/worker_pool.h"

namespace mortise::plugin {

/// What the operator says under `host:` of one plugin.
struct HostSettings {
    bool skip_on_error = false;  ///< a fault leaves the plugin out instead of stopping the server
    BulkheadSettings bulkhead = {};
    std::optional<std::chrono::milliseconds> deadline =
        {};  ///< of routes that name none; absent: the server's
};

/// One enabled plugin: what its manifest and the configuration say.
struct PluginSource {
    std::string name;
    std::string version = {};
    std::vector<std::string> provides = {};  ///< names of services
    std::vector<std::string> needs = {};     ///< names of services
    std::filesystem::path library = {};      ///< lib<name>.so; empty for a plugin of this very program
    const PluginEntry* entry = nullptr;      ///< of this very program, for tests; null: load the library
    Options options = {};
    HostSettings host = {};
};

}  // namespace mortise::plugin
