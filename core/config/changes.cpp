// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <mortise/option_value.h>

#include "config/configuration.h"
#include "config/core_schema.h"

namespace mortise::config {

namespace {

void compare(const Schema& rows, const Options& before, const Options& after, const std::string& prefix,
             bool is_live, std::vector<Change>& changes) {
    for (const Row& row : rows) {
        if (before.value(row.name) == after.value(row.name)) continue;
        const bool may_go_deeper = row.type == Type::group && before.has(row.name) && after.has(row.name);
        if (may_go_deeper)
            compare(row.options, before.group(row.name), after.group(row.name), prefix + row.name + ".",
                    is_live || row.live, changes);
        else
            changes.push_back({prefix + row.name, is_live || row.live});
    }
}

bool same_plugins(const Configuration& before, const Configuration& after) {
    return std::equal(before.plugins.begin(), before.plugins.end(), after.plugins.begin(),
                      after.plugins.end(), [](const PluginSetup& left, const PluginSetup& right) {
                          return left.manifest->name == right.manifest->name &&
                                 left.manifest->version == right.manifest->version;
                      });
}

}  // namespace

std::vector<Change> changes_between(const Configuration& before, const Configuration& after) {
    std::vector<Change> changes;
    compare(core_schema(), before.core_options, after.core_options, "", false, changes);
    if (!same_plugins(before, after)) {
        changes.push_back({"plugins", false});
        return changes;
    }
    for (std::size_t at = 0; at < before.plugins.size(); ++at) {
        const PluginSetup& left = before.plugins[at];
        const PluginSetup& right = after.plugins[at];
        const std::string prefix = "plugins." + right.manifest->name + ".";
        compare(right.manifest->options, left.options, right.options, prefix, false, changes);
        compare(host_schema(), left.host_options, right.host_options, prefix + "host.", false, changes);
    }
    return changes;
}

}  // namespace mortise::config
