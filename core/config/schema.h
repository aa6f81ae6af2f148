// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/option_value.h>

#include "config/formats.h"
#include "config/tree.h"

namespace mortise::config {

/// The types of options. Each is read by the mortise::Options reader of the same name.
enum class Type {
    text,
    secret,
    integer,
    number,
    flag,
    duration,
    size,
    texts,
    integers,
    group,            ///< options below an option
    groups,           ///< a list of groups
    entries,          ///< groups under names the file chooses
    text_entries,     ///< texts under names the file chooses
    integer_entries,  ///< whole numbers under names the file chooses
};

std::string_view name_of(Type type) noexcept;
std::optional<Type> type_named(std::string_view name) noexcept;
std::vector<std::string_view> type_names();
/// "a text", "a list of texts": what the file must write.
std::string_view phrase_of(Type type) noexcept;
/// Whether the file writes a list, or a map of names that it chooses.
bool is_list(Type type) noexcept;
bool is_entries(Type type) noexcept;
/// Whether it has options below it.
bool has_options(Type type) noexcept;

struct Row;
using Schema = std::vector<Row>;

/// What an option given as `default:` stands for: as written, to merge with what a file adds, and as a value.
struct Default {
    Node node;
    OptionValue value;
};

/// One option: a row of core.yaml or of a plugin's plugin.yaml, and the only place it is described.
/// min and max count in what the type counts in (milliseconds, bytes), for lists and entries of each item.
struct Row {
    std::string name;
    Type type = Type::text;
    std::string about;
    bool required = false;
    bool live = false;       ///< a reload applies it; others need a restart
    bool automatic = false;  ///< the word `auto` may stand in its place: the server chooses, has() is false
    std::optional<Default> fallback;

    std::optional<double> min, max;
    std::optional<std::size_t> min_length, max_length;  ///< characters of a text
    std::optional<std::size_t> min_items, max_items;    ///< of a list or of entries
    std::vector<std::string> values;                    ///< texts: nothing else is allowed
    std::optional<Format> format;                       ///< texts
    std::vector<std::string> schemes;                   ///< of a URL, as prefixes: "postgresql://"
    std::optional<Format> key_format;                   ///< the names of entries

    Schema options;  ///< of groups
};

/// The row of that name, or nullptr.
const Row* find_row(const Schema& rows, std::string_view name) noexcept;
std::vector<std::string_view> names_of(const Schema& rows);

/// Whether a group that the file does not mention has a value nevertheless: all of its options can do without
/// the file.
bool stands_alone(const Schema& rows) noexcept;

/// What the row allows, for people: "1s to 1h", "one of off, on_request, always", "1 to 40 characters".
/// Empty when everything of the type is allowed.
std::string range_of(const Row& row);

/// What the row is for, and whether giving it leaves something of its default standing.
std::string about_of(const Row& row);

/// Whether the value must be masked when it is shown: secrets, and URLs, which may hold passwords.
bool is_secret(const Row& row) noexcept;
bool is_url(const Row& row) noexcept;

}  // namespace mortise::config
