// SPDX-License-Identifier: Apache-2.0
#include "plugin/inspect.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <boost/dll/library_info.hpp>

#include <mortise/text.h>

#include "plugin/elf_note.h"
#include "plugin/fault.h"
#include "plugin/library.h"

namespace mortise::plugin {

namespace {

std::filesystem::path library_of(const std::filesystem::path& folder, const std::string& name) {
    return folder / ("lib" + name + ".so");
}

void read_library(Inspection& inspection) try {
    inspection.abi_tag = read_abi_tag(inspection.file);
    if (auto mismatch = abi_mismatch(inspection.file.filename().string(), *inspection.abi_tag))
        inspection.faults.push_back(*mismatch);
    boost::dll::library_info info(inspection.file);
    inspection.symbols = info.symbols();
    if (std::ranges::find(inspection.symbols, "mortise_plugin") == inspection.symbols.end())
        inspection.faults.push_back(
            inspection.file.filename().string() +
            " does not export mortise_plugin: MORTISE_PLUGIN(Class) is missing from its "
            "sources");
} catch (const std::exception& fault) {
    inspection.faults.push_back(fault.what());
}

void read_manifest_beside(Inspection& inspection) {
    const std::filesystem::path path = inspection.file.parent_path() / "plugin.yaml";
    std::ifstream stream(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream.is_open()) {
        inspection.faults.push_back("there is no plugin.yaml beside " + inspection.file.filename().string());
        return;
    }
    config::Faults faults;
    inspection.manifest = config::read_manifest(text, path.string(), 0, faults);
    for (const config::Fault& fault : faults) inspection.faults.push_back(config::to_string(fault));
    if (inspection.manifest &&
        library_of("", inspection.manifest->name).filename() != inspection.file.filename())
        inspection.faults.push_back("plugin.yaml calls it " + inspection.manifest->name +
                                    ", its library is " + inspection.file.filename().string());
}

}  // namespace

Inspection inspect(const std::filesystem::path& file) {
    Inspection inspection;
    std::error_code error;
    const std::filesystem::path whole = std::filesystem::weakly_canonical(file, error);
    inspection.file =
        std::filesystem::is_directory(whole, error) ? library_of(whole, whole.filename().string()) : whole;
    if (const auto size = std::filesystem::file_size(inspection.file, error); !error) inspection.size = size;
    read_library(inspection);
    read_manifest_beside(inspection);
    return inspection;
}

std::vector<ListedPlugin> list_plugins(const config::PluginFolders& folders,
                                       const std::vector<std::string>& enabled) {
    std::vector<ListedPlugin> plugins;
    for (const std::string& name : folders.names()) {
        ListedPlugin& plugin = plugins.emplace_back();
        plugin.name = name;
        plugin.folder = folders.find(name).value_or("");
        plugin.is_enabled = contains(enabled, name);
        config::Faults faults;
        if (const auto manifest = folders.manifest(name, 0, faults)) {
            plugin.version = manifest->version;
            plugin.summary = manifest->summary;
        }
        for (const config::Fault& fault : faults) plugin.faults.push_back(config::to_string(fault));
        if (auto fault = file_fault(library_of(plugin.folder, name))) plugin.faults.push_back(*fault);
    }
    return plugins;
}

}  // namespace mortise::plugin
