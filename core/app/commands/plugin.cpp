// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include <mortise/text.h>

#include "app/commands.h"
#include "app/configuration_files.h"
#include "app/terminal.h"
#include "plugin/fault.h"
#include "plugin/inspect.h"
#include "plugin/new_plugin.h"

namespace mortise::app {

namespace {

std::string words_or_nothing(const std::vector<std::string>& words) {
    return words.empty() ? "nothing" : mortise::join(words, ", ");
}

int list_plugins(const Invocation& invocation) {
    const config::Configuration configuration = load_configuration(invocation);
    std::vector<std::string> enabled;
    for (const config::PluginSetup& setup : configuration.plugins) enabled.push_back(setup.manifest->name);
    std::vector<std::filesystem::path> folders(configuration.core.server.plugin_path.begin(),
                                               configuration.core.server.plugin_path.end());
    for (auto& folder : plugin_folders()) folders.push_back(std::move(folder));
    const auto environment = config::Environment::of_process();
    int code = success;
    for (const plugin::ListedPlugin& plugin : plugin::list_plugins({folders, environment}, enabled)) {
        std::cout << (plugin.is_enabled ? bold("on   ") : "off  ") << plugin.name << ' ' << plugin.version
                  << "  " << plugin.summary << '\n';
        for (const std::string& fault : plugin.faults)
            std::cout << "     " << red("fault: ") << fault << '\n';
        if (!plugin.faults.empty()) code = plugin_fault;
    }
    return code;
}

int inspect(const Invocation& invocation) {
    const plugin::Inspection found = plugin::inspect(invocation.arguments[0]);
    std::cout << "file      " << found.file.string() << " (" << found.size << " bytes)\n"
              << "built for " << found.abi_tag.value_or("unknown") << '\n'
              << "exports   " << words_or_nothing(found.symbols) << '\n';
    if (found.manifest)
        std::cout << "plugin    " << found.manifest->name << ' ' << found.manifest->version << ": "
                  << found.manifest->summary << '\n'
                  << "provides  " << words_or_nothing(found.manifest->provides) << '\n'
                  << "requires  " << words_or_nothing(found.manifest->needs) << '\n';
    for (const std::string& fault : found.faults) std::cerr << red("fault     ") << fault << '\n';
    return found.faults.empty() ? success : plugin_fault;
}

int make(const Invocation& invocation) {
    const std::string& name = invocation.arguments[0];
    try {
        for (const auto& file : plugin::new_plugin(name, invocation.value("in").value_or(".")))
            std::cout << "wrote " << file.string() << '\n';
    } catch (const plugin::PluginFault& fault) {
        throw CommandFailed(failure, fault.what());
    }
    std::cout << "Its README.md says how to build and try it.\n";
    return success;
}

}  // namespace

std::vector<Command> plugin_commands() {
    return {
        {"plugin list",
         "",
         "Lists the plugins there are, and which of them are enabled.",
         {config_option},
         list_plugins},
        {"plugin inspect",
         "FILE",
         "Tells what a plugin's library or folder is, without running any of it.",
         {},
         inspect},
        {"plugin new",
         "NAME",
         "Makes a plugin to start from: a route, an option and a test that pass.",
         {{"in", "FOLDER", "Where to make its folder; here without it."}},
         make},
    };
}

}  // namespace mortise::app
