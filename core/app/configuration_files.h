// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "app/command.h"
#include "config/configuration.h"

namespace mortise::app {

/// The --config option, for every command that reads a configuration.
extern const CommandOption config_option;

/// Where plugins are looked for besides server.plugin_path: MORTISE_PLUGIN_PATH of the environment (folders
/// with ':' between), beside this program, and where packages put them.
std::vector<std::filesystem::path> plugin_folders();

/// What --config names, the later file winning; without it /etc/mortise/mortise.yaml, and without that the
/// configuration built into the program.
std::vector<config::Source> configuration_sources(const Invocation& invocation);

/// Reads and checks the configuration. Prints every fault and throws CommandFailed(configuration_fault).
config::Configuration load_configuration(const Invocation& invocation);

}  // namespace mortise::app
