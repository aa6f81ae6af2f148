// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "app/commands.h"
#include "app/configuration_files.h"
#include "config/show.h"

namespace mortise::app {

namespace {

int check(const Invocation& invocation) {
    const config::Configuration configuration = load_configuration(invocation);
    if (invocation.has("show")) {
        std::cout << config::show(configuration);
        return success;
    }
    std::cout << "The configuration is in order; " << configuration.plugins.size() << " plugins";
    const char* before = ": ";
    for (const config::PluginSetup& plugin : configuration.plugins) {
        std::cout << before << plugin.manifest->name;
        before = ", ";
    }
    std::cout << ".\n";
    return success;
}

}  // namespace

Command check_command() {
    return {"check",
            "",
            "Tells every fault of the configuration at once; loads no plugin code.",
            {config_option, {"show", "", "Prints the whole configuration in force, secrets as ***."}},
            check};
}

}  // namespace mortise::app
