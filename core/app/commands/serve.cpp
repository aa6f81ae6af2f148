// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "app/commands.h"
#include "app/configuration_files.h"
#include "app/faults.h"
#include "app/server.h"

namespace mortise::app {

namespace {

int serve(const Invocation& invocation) {
    const auto reread = [invocation]() -> std::optional<config::Configuration> {
        try {
            return load_configuration(invocation);
        } catch (const CommandFailed&) {
            return std::nullopt;  // told already; what runs goes on as it is
        }
    };
    config::Configuration configuration = load_configuration(invocation);
    return telling_plugin_faults([&] {
        Server server(std::move(configuration), reread);
        server.run();
        return success;
    });
}

}  // namespace

Command serve_command() {
    return {"serve",
            "",
            "Serves until SIGTERM or SIGINT; SIGHUP reloads the configuration.",
            {config_option},
            serve};
}

}  // namespace mortise::app
