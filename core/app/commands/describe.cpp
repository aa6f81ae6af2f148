// SPDX-License-Identifier: Apache-2.0
#include "config/describe.h"

#include <iostream>

#include "app/commands.h"
#include "app/configuration_files.h"

namespace mortise::app {

namespace {

int describe(const Invocation& invocation) {
    const std::string format = invocation.value("format").value_or("text");
    config::Faults faults;
    const auto plugins = config::known_plugins(plugin_folders(), config::Environment::of_process(), faults);
    for (const config::Fault& fault : faults) std::cerr << config::to_string(fault) << '\n';
    if (format == "text")
        std::cout << config::describe_as_text(plugins);
    else if (format == "markdown")
        std::cout << config::describe_as_markdown(plugins);
    else if (format == "json-schema")
        std::cout << config::describe_as_json_schema(plugins);
    else
        throw CommandFailed(failure, "--format is text, markdown or json-schema, not '" + format + "'");
    return faults.empty() ? success : plugin_fault;
}

}  // namespace

Command describe_command() {
    return {"describe",
            "",
            "Prints the manual of all options, the server's and every plugin's.",
            {{"format", "FORMAT", "text (default), markdown, or json-schema for editors and validators"}},
            describe};
}

}  // namespace mortise::app
