// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <mortise/plugin.h>

namespace mortise::plugin {

/// Why this file can't be a plugin of this server, as far as its bytes say; nothing when they are in order.
/// Runs no code of it.
std::optional<std::string> file_fault(const std::filesystem::path& file);

/// Loads a plugin's library and finds what MORTISE_PLUGIN exports. Its static constructors run here.
///
/// The library stays loaded until the process ends: handlers, exceptions and timers of its code may outlive
/// every object that knows about them, and a library that is gone under them is a crash.
/// Throws PluginFault, one line that begins with the file's name.
const PluginEntry& load_library(const std::filesystem::path& file);

}  // namespace mortise::plugin
