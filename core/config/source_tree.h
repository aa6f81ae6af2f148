// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/configuration.h"
#include "config/tree.h"

namespace mortise::config {

/// A plugin that is named under `plugins:`, with its options as they stand in all files together.
struct NamedPlugin {
    std::string name;
    Place place;
    Node options;  ///< a map, or null
    Node host;     ///< what stands under `host:` there, or null
};

/// All files of a configuration as one: read, their includes followed, laid over each other.
class SourceTree {
public:
    /// Both must outlive this.
    SourceTree(const Environment& environment, Faults& faults) : environment_(environment), faults_(faults) {}

    void add(const Source& source);

    const Node& root() const noexcept { return root_; }  ///< without `include:` and `plugins:`
    const std::vector<NamedPlugin>& plugins() const noexcept { return plugins_; }
    int next_order() noexcept { return order_++; }

private:
    void read(const std::filesystem::path& path, const Place& asked_at, const std::string& asked_by);
    void take(const std::filesystem::path& file, const std::string& text);
    void follow(const Entry& include, const std::filesystem::path& folder);
    void take_plugins(const Entry& plugins);
    void take_plugin(const Node& item, std::size_t at, std::vector<std::string>& seen);
    void enable(NamedPlugin plugin);
    void fault(const Place& place, const std::string& path, std::string text);

    const Environment& environment_;
    Faults& faults_;
    Node root_;
    std::vector<NamedPlugin> plugins_;
    std::vector<std::filesystem::path> open_;  // the file being read and those that include it
    int order_ = 0;
    int files_ = 0;
};

}  // namespace mortise::config
