// SPDX-License-Identifier: Apache-2.0
#include "config/plugin_folders.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace mortise::config {

namespace fs = std::filesystem;

PluginFolders::PluginFolders(std::vector<fs::path> folders, const Environment& environment)
    : folders_(std::move(folders)), environment_(environment) {}

std::optional<fs::path> PluginFolders::find(std::string_view name) const {
    if (!matches(Format::identifier, name)) return std::nullopt;  // keeps "../x" from being looked for
    for (const fs::path& folder : folders_) {
        const fs::path plugin = folder / name;
        if (environment_.is_file(plugin / "plugin.yaml")) return plugin;
    }
    return std::nullopt;
}

std::vector<std::string> PluginFolders::names() const {
    std::vector<std::string> names;
    for (const fs::path& folder : folders_)
        for (std::string& name : environment_.folders(folder))
            if (environment_.is_file(folder / name / "plugin.yaml")) names.push_back(std::move(name));
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

std::optional<Manifest> PluginFolders::manifest(std::string_view name, int order, Faults& faults) const {
    const fs::path folder = find(name).value();
    const fs::path file = folder / "plugin.yaml";
    std::string text;
    const Place start{std::make_shared<const File>(File{file.string(), order}), 1, 1};
    try {
        text = environment_.read(file, max_file_size);
    } catch (const std::runtime_error& error) {
        faults.push_back(Fault{start, "", error.what()});
        return std::nullopt;
    }
    auto manifest = read_manifest(text, file.string(), order, faults);
    if (!manifest) return std::nullopt;
    if (manifest->name != name) {
        faults.push_back(
            Fault{start, "name",
                  "'" + manifest->name + "' is not the name of its folder, allowed: " + std::string(name)});
        return std::nullopt;
    }
    manifest->folder = folder;
    return manifest;
}

}  // namespace mortise::config
