// SPDX-License-Identifier: Apache-2.0
#include "config/source_tree.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "config/core_schema.h"
#include "config/merge.h"
#include "config/value_reader.h"

namespace mortise::config {

namespace fs = std::filesystem;

namespace {

constexpr int max_files = 1000;
constexpr std::string_view include_key = "include";
constexpr std::string_view plugins_key = "plugins";

bool is_pattern(const std::string& path) {
    return path.find_first_of("*?[") != std::string::npos;
}

fs::path normal(const fs::path& path) {
    std::error_code ignored;
    return fs::absolute(path, ignored).lexically_normal();
}

// Takes an entry out of a map, so that it is not laid over that of another file.
std::optional<Entry> take_out(Node& map, std::string_view key) {
    Entry* found = map.find(key);
    if (found == nullptr) return std::nullopt;
    Entry taken = std::move(*found);
    std::erase_if(map.entries, [found](const Entry& entry) { return &entry == found; });
    return taken;
}

}  // namespace

void SourceTree::add(const Source& source) {
    if (source.text) {
        take(source.file, *source.text);
    } else {
        const Place start{std::make_shared<const File>(File{source.file.string(), order_}), 1, 1};
        read(source.file, start, "");
    }
}

void SourceTree::read(const fs::path& path, const Place& asked_at, const std::string& asked_by) {
    if (std::find(open_.begin(), open_.end(), normal(path)) != open_.end()) {
        fault(asked_at, asked_by, "'" + path.string() + "' is included by itself, in a circle");
        return;
    }
    if (++files_ > max_files) {
        fault(asked_at, asked_by, "more than " + std::to_string(max_files) + " files are included");
        return;
    }
    try {
        take(path.lexically_normal(), environment_.read(path, max_file_size));
    } catch (const std::runtime_error& error) {
        fault(asked_at, asked_by, (asked_by.empty() ? "" : "'" + path.string() + "': ") + error.what());
    }
}

void SourceTree::take(const fs::path& file, const std::string& text) {
    std::optional<Node> tree = read_tree(text, file.string(), next_order(), faults_);
    if (!tree) return;
    if (tree->kind != Node::Kind::map && tree->kind != Node::Kind::null) {
        if (tree->kind != Node::Kind::faulty)
            fault(tree->place, "", "a configuration is a map of options, such as server: { listen: [...] }");
        return;
    }
    const std::optional<Entry> include = take_out(*tree, include_key);
    const std::optional<Entry> plugins = take_out(*tree, plugins_key);
    root_ = root_.place.file ? merge(std::move(root_), *tree) : std::move(*tree);
    if (plugins) take_plugins(*plugins);
    if (include) {
        open_.push_back(normal(file));
        follow(*include, file.parent_path());
        open_.pop_back();
    }
}

void SourceTree::follow(const Entry& include, const fs::path& folder) {
    const Row& row = *find_row(core_schema(), include_key);
    const OptionValue value = ValueReader(&environment_, faults_)
                                  .value(row, include.value, std::string(include_key), include.key_place);
    const auto* patterns = std::get_if<std::vector<std::string>>(&value.value);
    if (patterns == nullptr) return;
    for (std::size_t at = 0; at < patterns->size(); ++at) {
        const std::string& pattern = (*patterns)[at];
        // A faulty item leaves a gap; the fault is already told.
        const Place& place =
            at < include.value.items.size() ? include.value.items[at].place : include.key_place;
        const std::string name = "include[" + std::to_string(at) + "]";
        if (!is_pattern(pattern)) {
            read(folder / pattern, place, name);
            continue;
        }
        for (const fs::path& match : environment_.match(folder / pattern)) read(match, place, name);
    }
}

void SourceTree::take_plugins(const Entry& plugins) {
    const Node& list = plugins.value;
    if (list.kind == Node::Kind::faulty) return;
    if (list.kind != Node::Kind::list) {
        const std::string what = list.kind == Node::Kind::null ? "has no value" : "is not a list";
        fault(list.place, std::string(plugins_key), what + ", allowed: a list such as - tasks, [] for none");
        return;
    }
    std::vector<std::string> seen;
    for (std::size_t at = 0; at < list.items.size(); ++at) take_plugin(list.items[at], at, seen);
}

void SourceTree::take_plugin(const Node& item, std::size_t at, std::vector<std::string>& seen) {
    if (item.kind == Node::Kind::faulty) return;
    const std::string path = "plugins[" + std::to_string(at) + "]";
    const bool is_map_of_one = item.kind == Node::Kind::map && item.entries.size() == 1;
    if (!item.is_scalar() && !is_map_of_one) {
        const bool is_unindented = item.kind == Node::Kind::map && item.entries.size() > 1;
        fault(item.place, path,
              std::string("is not one plugin, allowed: its name, or its name with its options below it") +
                  (is_unindented ? "; options stand two more spaces to the right" : ""));
        return;
    }
    NamedPlugin plugin;
    plugin.name = item.is_scalar() ? item.text : item.entries.front().key;
    plugin.place = item.is_scalar() ? item.place : item.entries.front().key_place;
    if (std::find(seen.begin(), seen.end(), plugin.name) != seen.end()) {
        fault(plugin.place, "plugins." + plugin.name, "stands twice in this list, allowed: once");
        return;
    }
    seen.push_back(plugin.name);
    if (is_map_of_one) {
        plugin.options = item.entries.front().value;
        if (const auto host = take_out(plugin.options, host_key)) plugin.host = host->value;
    }
    enable(std::move(plugin));
}

void SourceTree::enable(NamedPlugin plugin) {
    const auto same = std::find_if(plugins_.begin(), plugins_.end(),
                                   [&](const NamedPlugin& known) { return known.name == plugin.name; });
    if (same == plugins_.end()) {
        plugins_.push_back(std::move(plugin));
        return;
    }
    same->options = merge(std::move(same->options), plugin.options);
    same->host = merge(std::move(same->host), plugin.host);
}

void SourceTree::fault(const Place& place, const std::string& path, std::string text) {
    faults_.push_back(Fault{place, path, std::move(text)});
}

}  // namespace mortise::config
