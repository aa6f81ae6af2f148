// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "app/command.h"

namespace mortise::app {

// What `mortise` can do, a file each in commands/.
Command serve_command();
Command check_command();
Command describe_command();
Command routes_command();
Command events_command();
std::vector<Command> plugin_commands();
std::vector<Command> user_commands();
Command migrate_command();
std::vector<Command> job_commands();
Command version_command();

/// All of them, in the order the help shows.
std::vector<Command> all_commands();

}  // namespace mortise::app
