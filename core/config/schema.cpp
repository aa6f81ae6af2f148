// SPDX-License-Identifier: Apache-2.0
#include "config/schema.h"

#include <algorithm>
#include <array>

#include "config/nearest.h"
#include "config/scalars.h"

namespace mortise::config {

namespace {

struct TypeRow {
    Type type;
    std::string_view name;
    std::string_view phrase;
};

constexpr std::array rows_of_types{
    TypeRow{Type::text, "text", "a text"},
    TypeRow{Type::secret, "secret", "a secret"},
    TypeRow{Type::integer, "integer", "a whole number"},
    TypeRow{Type::number, "number", "a number"},
    TypeRow{Type::flag, "flag", "true or false"},
    TypeRow{Type::duration, "duration", "a duration such as 500ms, 30s, 15m, 1h or 7d"},
    TypeRow{Type::size, "size", "a size such as 512B, 64KiB, 1MiB or 500MB"},
    TypeRow{Type::texts, "texts", "a list of texts"},
    TypeRow{Type::integers, "integers", "a list of whole numbers"},
    TypeRow{Type::group, "group", "a map of options"},
    TypeRow{Type::groups, "groups", "a list of maps of options"},
    TypeRow{Type::entries, "entries", "a map from names to maps of options"},
    TypeRow{Type::text_entries, "text_entries", "a map from names to texts"},
    TypeRow{Type::integer_entries, "integer_entries", "a map from names to whole numbers"},
};

const TypeRow& row_of(Type type) noexcept {
    return rows_of_types[static_cast<std::size_t>(type)];
}

std::string bound_to_text(Type type, double bound) {
    if (type == Type::duration) return to_text(std::chrono::milliseconds(static_cast<std::int64_t>(bound)));
    if (type == Type::size) return size_to_text(static_cast<std::uint64_t>(bound));
    if (type == Type::number) return to_text(bound);
    return std::to_string(static_cast<std::int64_t>(bound));
}

template <typename Bound, typename Show>
std::string between(const std::optional<Bound>& least, const std::optional<Bound>& most, Show show) {
    if (least && most && *least == *most) return "exactly " + show(*least);
    if (least && most) return show(*least) + " to " + show(*most);
    if (least) return "at least " + show(*least);
    return most ? "at most " + show(*most) : "";
}

void add_part(std::string& all, const std::string& part) {
    if (part.empty()) return;
    if (!all.empty()) all += "; ";
    all += part;
}

std::string counted(const std::optional<std::size_t>& least, const std::optional<std::size_t>& most,
                    const std::string& noun) {
    const std::string range = between(least, most, [](std::size_t count) { return std::to_string(count); });
    const bool is_one = range.ends_with(" 1");  // "at least 1 character"
    return range.empty() ? "" : range + " " + noun + (is_one ? "" : "s");
}

}  // namespace

std::string_view name_of(Type type) noexcept {
    return row_of(type).name;
}
std::string_view phrase_of(Type type) noexcept {
    return row_of(type).phrase;
}

std::optional<Type> type_named(std::string_view name) noexcept {
    for (const TypeRow& row : rows_of_types)
        if (row.name == name) return row.type;
    return std::nullopt;
}

std::vector<std::string_view> type_names() {
    std::vector<std::string_view> names;
    for (const TypeRow& row : rows_of_types) names.push_back(row.name);
    return names;
}

bool is_list(Type type) noexcept {
    return type == Type::texts || type == Type::integers || type == Type::groups;
}

bool is_entries(Type type) noexcept {
    return type == Type::entries || type == Type::text_entries || type == Type::integer_entries;
}

bool has_options(Type type) noexcept {
    return type == Type::group || type == Type::groups || type == Type::entries;
}

const Row* find_row(const Schema& rows, std::string_view name) noexcept {
    const auto found =
        std::find_if(rows.begin(), rows.end(), [name](const Row& row) { return row.name == name; });
    return found == rows.end() ? nullptr : &*found;
}

std::vector<std::string_view> names_of(const Schema& rows) {
    std::vector<std::string_view> names;
    for (const Row& row : rows) names.push_back(row.name);
    return names;
}

bool stands_alone(const Schema& rows) noexcept {
    return std::none_of(rows.begin(), rows.end(), [](const Row& row) { return row.required; });
}

std::string range_of(const Row& row) {
    std::string all;
    add_part(all, between(row.min, row.max, [&](double bound) { return bound_to_text(row.type, bound); }));
    if (!row.values.empty())
        add_part(all, "one of " + join(std::vector<std::string_view>(row.values.begin(), row.values.end())));
    add_part(all, counted(row.min_length, row.max_length, "character"));
    add_part(all, counted(row.min_items, row.max_items, "item"));
    if (!row.schemes.empty())
        add_part(all, "starts with " +
                          join(std::vector<std::string_view>(row.schemes.begin(), row.schemes.end())));
    else if (row.format)
        add_part(all, std::string(example_of(*row.format)));
    if (row.key_format) add_part(all, "names: " + std::string(example_of(*row.key_format)));
    if (row.automatic) add_part(all, "or auto");
    return all;
}

std::string about_of(const Row& row) {
    return row.about + (is_entries(row.type) && row.fallback ? " What a file does not name stays." : "");
}

bool is_secret(const Row& row) noexcept {
    return row.type == Type::secret;
}
bool is_url(const Row& row) noexcept {
    return row.format == Format::url;
}

}  // namespace mortise::config
