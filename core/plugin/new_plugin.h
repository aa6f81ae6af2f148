// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mortise::plugin {

/// A file of sdk/template/my_plugin, a whole plugin, as this program was built with it.
struct TemplateFile {
    std::string_view path;
    std::string_view text;
};
const std::vector<TemplateFile>& template_files();

/// Makes the folder `parent`/`name` with a plugin of that name: a route, an option, a test and what it
/// takes to build them against the installed SDK. The files that were written.
///
/// Throws PluginFault for a name that is none, a folder that exists, and one that can't be written.
std::vector<std::filesystem::path> new_plugin(std::string_view name, const std::filesystem::path& parent);

}  // namespace mortise::plugin
