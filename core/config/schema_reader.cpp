// SPDX-License-Identifier: Apache-2.0
#include "config/schema_reader.h"

#include <algorithm>
#include <utility>

#include "config/nearest.h"
#include "config/value_reader.h"

namespace mortise::config {

namespace {

bool is_texts(Type type) {
    return type == Type::text || type == Type::texts || type == Type::text_entries;
}
bool is_integers(Type type) {
    return type == Type::integer || type == Type::integers || type == Type::integer_entries;
}
bool is_measured(Type type) {
    return is_integers(type) || type == Type::number || type == Type::duration || type == Type::size;
}

Row facet(std::string name, Type type) {
    Row row;
    row.name = std::move(name);
    row.type = type;
    return row;
}

Row count_facet(std::string name) {
    Row row = facet(std::move(name), Type::integer);
    row.min = 0;
    return row;
}

Row names_facet(std::string name, const std::vector<std::string_view>& names) {
    Row row = facet(std::move(name), Type::text);
    row.values.assign(names.begin(), names.end());
    return row;
}

// What may be said about an option of this type, itself as rows; `default` and `options` are read apart.
Schema facets_of(Type type) {
    Schema rows;
    rows.push_back(names_facet("type", type_names()));
    rows.back().required = true;
    rows.push_back(facet("about", Type::text));
    rows.back().required = true;
    rows.back().min_length = 1;
    rows.push_back(facet("required", Type::flag));
    rows.push_back(facet("live", Type::flag));
    const bool may_be_automatic =
        type == Type::text || (is_measured(type) && !is_list(type) && !is_entries(type));
    if (may_be_automatic) rows.push_back(facet("auto", Type::flag));
    if (is_measured(type)) {
        rows.push_back(facet("min", is_integers(type) ? Type::integer : type));
        rows.push_back(facet("max", is_integers(type) ? Type::integer : type));
    }
    if (is_texts(type) || type == Type::secret) {
        rows.push_back(count_facet("min_length"));
        rows.push_back(count_facet("max_length"));
    }
    if (is_list(type) || is_entries(type)) {
        rows.push_back(count_facet("min_items"));
        rows.push_back(count_facet("max_items"));
    }
    if (is_texts(type)) {
        rows.push_back(facet("values", Type::texts));
        rows.back().min_items = 1;
        rows.push_back(names_facet("format", format_names()));
        rows.push_back(facet("schemes", Type::texts));
        rows.back().min_items = 1;
    }
    if (is_entries(type)) rows.push_back(names_facet("key_format", format_names()));
    return rows;
}

double as_bound(const Options& facets, const Row& bound) {
    switch (bound.type) {
        case Type::duration:
            return static_cast<double>(facets.duration(bound.name).count());
        case Type::size:
            return static_cast<double>(facets.size(bound.name));
        case Type::number:
            return facets.number(bound.name);
        default:
            return static_cast<double>(facets.integer(bound.name));
    }
}

class RowReader {
public:
    explicit RowReader(Faults& faults) : faults_(faults) {}

    Schema rows(const Node& options, const std::string& path) {
        Schema all;
        if (options.kind == Node::Kind::null || options.kind == Node::Kind::faulty) return all;
        if (options.kind != Node::Kind::map) {
            fault(options.place, path, "is not a map of options, allowed: name: { type: text, about: ... }");
            return all;
        }
        for (const Entry& entry : options.entries) all.push_back(row(entry, path));
        return all;
    }

private:
    Row row(const Entry& entry, const std::string& parent) {
        const std::string path = parent.empty() ? entry.key : parent + "." + entry.key;
        Row row;
        row.name = entry.key;
        const bool is_snake_case =
            matches(Format::identifier, entry.key) && entry.key.find('-') == std::string::npos;
        if (!is_snake_case) fault(entry.key_place, path, "is not a name for an option, allowed: snake_case");
        const auto type = type_of(entry, path);
        if (!type) return row;
        row.type = *type;
        const std::size_t faults_before = faults_.size();
        read_facets(row, entry, path);
        read_options(row, entry, path);
        // A default is measured by the row, so the row must be right first.
        if (faults_.size() == faults_before) read_default(row, entry, path);
        return row;
    }

    std::optional<Type> type_of(const Entry& entry, const std::string& path) {
        const Entry* given = entry.value.find("type");
        if (entry.value.kind == Node::Kind::faulty) return std::nullopt;
        if (given == nullptr || !given->value.is_scalar()) {
            fault(entry.key_place, path, "needs a type, allowed: " + join(type_names()));
            return std::nullopt;
        }
        const auto type = type_named(given->value.text);
        if (!type)
            fault(
                given->value.place, path,
                "'" + given->value.text + "' is not a type, " + suggestion(given->value.text, type_names()));
        return type;
    }

    void read_facets(Row& row, const Entry& entry, const std::string& path) {
        const Schema known = facets_of(row.type);
        Node map = entry.value;
        std::erase_if(map.entries, [&](const Entry& given) { return is_read_apart(row.type, given.key); });
        report_unknown(row.type, known, map, path);
        const std::size_t faults_before = faults_.size();
        const Options facets = ValueReader(nullptr, faults_).group(known, map, path, entry.key_place);
        if (faults_.size() != faults_before) return;
        take(row, known, facets);
        check_ranges(row, entry, path);
    }

    static bool is_read_apart(Type type, std::string_view facet) {
        return (facet == "default" && type != Type::secret && type != Type::group) ||
               (facet == "options" && has_options(type));
    }

    void report_unknown(Type type, const Schema& known, Node& map, const std::string& path) {
        std::vector<std::string_view> names = names_of(known);
        for (const std::string_view apart : {"default", "options"})
            if (is_read_apart(type, apart)) names.push_back(apart);
        std::erase_if(map.entries, [&](const Entry& given) {
            if (find_row(known, given.key) != nullptr) return false;
            fault(given.key_place, path + "." + given.key,
                  "means nothing for the type " + std::string(name_of(type)) + ", " +
                      (given.value.kind == Node::Kind::null ? "allowed: a text with a comma stands in quotes"
                                                            : suggestion(given.key, names)));
            return true;
        });
    }

    static void take(Row& row, const Schema& known, const Options& facets) {
        const auto has = [&](std::string_view name) {
            return find_row(known, name) != nullptr && facets.has(name);
        };
        const auto count = [&](std::string_view name) -> std::optional<std::size_t> {
            if (!has(name)) return std::nullopt;
            return static_cast<std::size_t>(facets.integer(name));
        };
        const auto bound = [&](std::string_view name) -> std::optional<double> {
            if (!has(name)) return std::nullopt;
            return as_bound(facets, *find_row(known, name));
        };
        row.about = facets.text("about");
        row.required = has("required") && facets.flag("required");
        row.live = has("live") && facets.flag("live");
        row.automatic = has("auto") && facets.flag("auto");
        row.min = bound("min");
        row.max = bound("max");
        row.min_length = count("min_length");
        row.max_length = count("max_length");
        row.min_items = count("min_items");
        row.max_items = count("max_items");
        if (has("values")) row.values = facets.texts("values");
        if (has("format")) row.format = format_named(facets.text("format"));
        if (has("schemes")) row.schemes = facets.texts("schemes");
        if (has("key_format")) row.key_format = format_named(facets.text("key_format"));
        if (!row.schemes.empty()) row.format = Format::url;
    }

    void check_ranges(const Row& row, const Entry& entry, const std::string& path) {
        const bool is_empty = (row.min && row.max && *row.min > *row.max) ||
                              (row.min_length && row.max_length && *row.min_length > *row.max_length) ||
                              (row.min_items && row.max_items && *row.min_items > *row.max_items);
        if (is_empty) fault(entry.key_place, path, "its smallest allowed value is above its largest");
    }

    void read_options(Row& row, const Entry& entry, const std::string& path) {
        if (!has_options(row.type)) return;
        const Entry* options = entry.value.find("options");
        if (options == nullptr || options->value.kind == Node::Kind::null)
            fault(entry.key_place, path,
                  "needs options, allowed: options: { name: { type: text, about: ... } }");
        else
            row.options = rows(options->value, path);
    }

    void read_default(Row& row, const Entry& entry, const std::string& path) {
        const Entry* given = entry.value.find("default");
        if (given == nullptr) return;
        if (row.required) {
            fault(given->key_place, path, "is required and has a default, allowed: one of them");
            return;
        }
        Default fallback;
        fallback.node = given->value;
        fallback.value =
            ValueReader(nullptr, faults_).value(row, given->value, path + ".default", given->key_place);
        row.fallback = std::move(fallback);
    }

    void fault(const Place& place, const std::string& path, std::string text) {
        faults_.push_back(Fault{place, path, std::move(text)});
    }

    Faults& faults_;
};

}  // namespace

Schema read_schema(const Node& options, const std::string& path, Faults& faults) {
    return RowReader(faults).rows(options, path);
}

}  // namespace mortise::config
