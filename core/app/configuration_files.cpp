// SPDX-License-Identifier: Apache-2.0
#include "app/configuration_files.h"

#include <cstdlib>
#include <iostream>
#include <stdexcept>

#include <mortise/text.h>

#include "app/room_settings.h"
#include "app/terminal.h"
#include "config/embedded.h"

namespace mortise::app {

namespace fs = std::filesystem;

namespace {

// What the schema cannot say of an URL.
void check_redis(const config::CoreConfig& core) {
    try {
        if (core.redis) redis_settings(*core.redis);
    } catch (const std::invalid_argument& fault) {
        throw CommandFailed(configuration_fault, fault.what());
    }
}

}  // namespace

const CommandOption config_option{"config", "FILE",
                                  "A configuration file; may be given again, the later one wins."};

std::vector<fs::path> plugin_folders() {
    std::vector<fs::path> folders;
    if (const char* named = std::getenv("MORTISE_PLUGIN_PATH"))
        for (std::string_view rest = named; !rest.empty();)
            if (const auto folder = take_until(rest, ':'); !folder.empty()) folders.emplace_back(folder);
    std::error_code unknown;
    if (const fs::path program = fs::read_symlink("/proc/self/exe", unknown); !unknown) {
        const fs::path home = program.parent_path().parent_path();
        folders.push_back(home / "plugins");
        folders.push_back(home / "lib/mortise/plugins");
    }
    for (const char* folder : {"/usr/lib/mortise/plugins", "/usr/local/lib/mortise/plugins"})
        if (std::find(folders.begin(), folders.end(), folder) == folders.end()) folders.emplace_back(folder);
    return folders;
}

std::vector<config::Source> configuration_sources(const Invocation& invocation) {
    std::vector<config::Source> sources;
    for (const std::string& file : invocation.values(config_option.name))
        sources.push_back({file, std::nullopt});
    if (!sources.empty()) return sources;
    const fs::path installed = "/etc/mortise/mortise.yaml";
    if (std::error_code unknown; fs::exists(installed, unknown)) return {{installed, std::nullopt}};
    return {{"built in", std::string(config::embedded::default_configuration)}};
}

config::Configuration load_configuration(const Invocation& invocation) {
    auto loaded =
        config::load(configuration_sources(invocation), config::Environment::of_process(), plugin_folders());
    if (loaded.configuration) {
        check_redis(loaded.configuration->core);
        return std::move(*loaded.configuration);
    }
    for (const config::Fault& fault : loaded.faults) std::cerr << config::to_string(fault) << '\n';
    throw CommandFailed(configuration_fault, "the configuration has " + std::to_string(loaded.faults.size()) +
                                                 (loaded.faults.size() == 1 ? " fault" : " faults"));
}

}  // namespace mortise::app
