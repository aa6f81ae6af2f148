// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/fault.h"

namespace mortise::config {

struct Entry;

/// A value of a YAML text with the place it came from; the only form of YAML the house knows.
struct Node {
    enum class Kind {
        null,    ///< nothing, `~` or `null`
        plain,   ///< a scalar without quotes: may be a number, a flag, a text
        quoted,  ///< a scalar in quotes or a block: always a text
        list,
        map,
        faulty,  ///< already reported; whoever meets it says nothing more
    };

    Kind kind = Kind::null;
    Place place;
    std::string text;            ///< of a scalar
    std::vector<Node> items;     ///< of a list
    std::vector<Entry> entries;  ///< of a map, in the order of the text, every key once
    std::vector<Node> shadowed;  ///< what a later file replaced: not used, yet it must be right

    bool is_scalar() const noexcept { return kind == Kind::plain || kind == Kind::quoted; }
    /// The entry of a map, or nullptr.
    const Entry* find(std::string_view key) const noexcept;
    Entry* find(std::string_view key) noexcept;
};

struct Entry {
    std::string key;
    Place key_place;
    Node value;
};

inline constexpr std::size_t max_file_size = 1024 * 1024;
inline constexpr std::size_t max_depth = 32;
inline constexpr std::size_t max_values = 100'000;

/// Reads one YAML document. Refuses, each with its place: text that is no UTF-8, bad syntax, several
/// documents, anchors, aliases, merge keys, tags, keys that are no scalars, duplicate keys, and more than the
/// limits above. Where the text cannot be read on, empty; an empty text is a null node.
std::optional<Node> read_tree(std::string_view text, const std::string& name, int order, Faults& faults);

}  // namespace mortise::config
