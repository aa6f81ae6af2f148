// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "config/configuration.h"
#include "config/core_schema.h"
#include "config/merge.h"
#include "config/nearest.h"
#include "config/plugin_folders.h"
#include "config/source_tree.h"
#include "config/value_reader.h"

namespace mortise::config {

namespace fs = std::filesystem;

namespace {

const Entry* entry_at(const Node& root, std::initializer_list<std::string_view> keys) {
    const Node* node = &root;
    const Entry* entry = nullptr;
    for (const std::string_view key : keys) {
        entry = node->find(key);
        if (entry == nullptr) return nullptr;
        node = &entry->value;
    }
    return entry;
}

// What one option alone cannot tell.
void check_together(const Options& core, const Node& root, Faults& faults) {
    const Options& database = core.group("database");
    const Options& pool = database.group("pool");
    const Place start = root.place;
    const auto fault = [&](std::initializer_list<std::string_view> keys, const std::string& path,
                           std::string text) {
        const Entry* entry = entry_at(root, keys);
        faults.push_back(Fault{entry ? entry->value.place : start, path, std::move(text)});
    };
    if (pool.integer("min") > pool.integer("max"))
        fault({"database", "pool", "min"}, "database.pool.min",
              std::to_string(pool.integer("min")) + " is above database.pool.max, allowed: at most " +
                  std::to_string(pool.integer("max")));
    if (!database.texts("replicas").empty() && database.text("url").starts_with("sqlite:"))
        fault({"database", "replicas"}, "database.replicas",
              "a SQLite database has no replicas, allowed: [] or a database.url with postgresql://");
}

class Loading {
public:
    Loading(const Environment& environment, Faults& faults)
        : environment_(environment),
          faults_(faults),
          tree_(environment, faults),
          reader_(&environment, faults) {}

    std::optional<Configuration> run(const std::vector<Source>& sources,
                                     const std::vector<fs::path>& folders) {
        for (const Source& source : sources) tree_.add(source);
        const Options core = reader_.group(core_schema(), tree_.root(), "", tree_.root().place);
        if (faults_.empty()) check_together(core, tree_.root(), faults_);
        const PluginFolders found(with_own_folders(core, folders), environment_);
        Configuration configuration;
        for (const NamedPlugin& plugin : tree_.plugins()) add_plugin(configuration, plugin, found);
        if (!faults_.empty()) return std::nullopt;
        configuration.core_options = core;
        configuration.core = core_config(core);
        return configuration;
    }

private:
    static std::vector<fs::path> with_own_folders(const Options& core, const std::vector<fs::path>& folders) {
        std::vector<fs::path> all;
        const Options& server = core.group("server");
        if (server.has("plugin_path"))
            for (const std::string& folder : server.texts("plugin_path")) all.emplace_back(folder);
        all.insert(all.end(), folders.begin(), folders.end());
        return all;
    }

    void add_plugin(Configuration& configuration, const NamedPlugin& plugin, const PluginFolders& found) {
        const std::string path = "plugins." + plugin.name;
        if (!found.find(plugin.name)) {
            const std::vector<std::string> names = found.names();
            faults_.push_back(
                Fault{plugin.place, path,
                      "unknown plugin, " + suggestion(plugin.name, {names.begin(), names.end()})});
            return;
        }
        auto manifest = found.manifest(plugin.name, tree_.next_order(), faults_);
        if (!manifest) return;
        PluginSetup setup;
        setup.place = plugin.place;
        setup.options = reader_.group(manifest->options, plugin.options, path, plugin.place);
        const Node host =
            manifest->host.kind == Node::Kind::map ? merge(manifest->host, plugin.host) : plugin.host;
        setup.host_options = reader_.group(host_schema(), host, path + ".host", plugin.place);
        setup.manifest = std::make_shared<const Manifest>(*std::move(manifest));
        if (!faults_.empty()) return;
        setup.host = host_settings(setup.host_options);
        configuration.plugins.push_back(std::move(setup));
    }

    const Environment& environment_;
    Faults& faults_;
    SourceTree tree_;
    ValueReader reader_;
};

}  // namespace

Loaded load(const std::vector<Source>& sources, const Environment& environment,
            const std::vector<fs::path>& plugin_folders) {
    Loaded loaded;
    loaded.configuration = Loading(environment, loaded.faults).run(sources, plugin_folders);
    sort_by_place(loaded.faults);
    return loaded;
}

LoadedOptions load_options(const Manifest& manifest, std::string_view yaml, const Environment& environment) {
    LoadedOptions loaded;
    const auto tree = read_tree(yaml, manifest.name, 0, loaded.faults);
    if (tree)
        loaded.options = ValueReader(&environment, loaded.faults)
                             .group(manifest.options, *tree, manifest.name, tree->place);
    sort_by_place(loaded.faults);
    return loaded;
}

}  // namespace mortise::config
