// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fnmatch.h>
#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "config/configuration.h"

namespace mortise::config {

/// An environment in memory: variables and files by name.
struct World {
    std::map<std::string, std::string> variables;
    std::map<std::string, std::string> files;  // by path

    Environment environment() const {
        Environment world;
        world.variable = [this](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            if (found == variables.end()) return std::nullopt;
            return found->second;
        };
        world.read = [this](const std::filesystem::path& path, std::size_t) {
            const auto found = files.find(path.lexically_normal().string());
            if (found == files.end()) throw std::runtime_error("there is no such file");
            return found->second;
        };
        world.is_file = [this](const std::filesystem::path& path) {
            return files.contains(path.lexically_normal().string());
        };
        world.match = [this](const std::filesystem::path& pattern) {
            std::vector<std::filesystem::path> matched;
            for (const auto& [name, text] : files)
                if (fnmatch(pattern.lexically_normal().c_str(), name.c_str(), FNM_PATHNAME) == 0)
                    matched.emplace_back(name);
            return matched;
        };
        world.folders = [this](const std::filesystem::path& folder) {
            std::vector<std::string> names;
            const std::string start = (folder / "").string();
            for (const auto& [name, text] : files) {
                if (!name.starts_with(start)) continue;
                const std::string inside = name.substr(start.size());
                const auto slash = inside.find('/');
                if (slash != std::string::npos) names.push_back(inside.substr(0, slash));
            }
            names.erase(std::unique(names.begin(), names.end()), names.end());
            return names;
        };
        return world;
    }

    /// Loads the files named, plugins being in the folder "plugins".
    Loaded load(const std::vector<std::string>& names) const {
        const Environment world = environment();
        std::vector<Source> sources;
        for (const std::string& name : names) sources.push_back({name, std::nullopt});
        return config::load(sources, world, {"plugins"});
    }

    /// Loads one text as the file "m.yaml".
    Loaded load_text(std::string_view text) const {
        World world = *this;
        world.files["m.yaml"] = text;
        return world.load({"m.yaml"});
    }
};

inline std::vector<std::string> lines_of(const Faults& faults) {
    std::vector<std::string> lines;
    for (const Fault& fault : faults) lines.push_back(to_string(fault));
    return lines;
}

}  // namespace mortise::config
