// SPDX-License-Identifier: Apache-2.0
#include "app/commands.h"

#include <iterator>

namespace mortise::app {

std::vector<Command> all_commands() {
    std::vector<Command> commands{serve_command(), check_command(), describe_command(), routes_command(),
                                  events_command()};
    for (auto group : {plugin_commands(), user_commands()})
        std::move(group.begin(), group.end(), std::back_inserter(commands));
    commands.push_back(migrate_command());
    for (Command& command : job_commands()) commands.push_back(std::move(command));
    commands.push_back(version_command());
    return commands;
}

}  // namespace mortise::app
