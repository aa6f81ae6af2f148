// SPDX-License-Identifier: Apache-2.0
#include "config/manifest.h"

#include <algorithm>
#include <utility>

#include "config/core_schema.h"
#include "config/schema_reader.h"
#include "config/value_reader.h"

namespace mortise::config {

namespace {

constexpr std::string_view options_key = "options";  // a tree of its own, as host_key is

Manifest from_fields(const Options& fields) {
    const auto optional_text = [&](std::string_view name) {
        return fields.has(name) ? fields.text(name) : std::string();
    };
    Manifest manifest;
    manifest.name = fields.text("name");
    manifest.version = fields.text("version");
    manifest.sdk = static_cast<int>(fields.integer("sdk"));
    manifest.summary = fields.text("summary");
    manifest.author = optional_text("author");
    manifest.license = optional_text("license");
    manifest.homepage = optional_text("homepage");
    manifest.provides = fields.texts("provides");
    manifest.needs = fields.texts("requires");
    return manifest;
}

void check_names(const Schema& options, const Node& node, Faults& faults) {
    if (find_row(options, host_key) != nullptr)
        faults.push_back(Fault{node.find(host_key)->key_place, "options.host",
                               "is a reserved name, it holds the server's settings for the plugin"});
}

}  // namespace

std::optional<Manifest> read_manifest(std::string_view text, const std::string& file_name, int order,
                                      Faults& faults) {
    const std::size_t faults_before = faults.size();
    const std::optional<Node> root = read_tree(text, file_name, order, faults);
    if (!root) return std::nullopt;
    Node fields_node = *root;
    for (Entry& entry : fields_node.entries)
        if (entry.key == options_key || entry.key == host_key) entry.value = Node{};
    ValueReader reader(nullptr, faults);
    const Options fields = reader.group(manifest_schema(), fields_node, "", root->place);

    Schema options;
    Node host;
    if (const Entry* given = root->find(options_key)) {
        options = read_schema(given->value, std::string(options_key), faults);
        check_names(options, given->value, faults);
    }
    if (const Entry* given = root->find(host_key)) {
        reader.group(host_schema(), given->value, std::string(host_key), given->key_place);
        host = given->value;
    }
    if (faults.size() != faults_before) return std::nullopt;
    Manifest manifest = from_fields(fields);
    manifest.options = std::move(options);
    manifest.host = std::move(host);
    return manifest;
}

}  // namespace mortise::config
