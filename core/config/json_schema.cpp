// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include <utility>

#include "config/core_schema.h"
#include "config/describe.h"
#include "config/patterns.h"
#include "config/scalars.h"

namespace mortise::config {

namespace json = boost::json;

namespace {

json::object reference(const char* name) {
    return {{"$ref", std::string("#/$defs/") + name}};
}

json::object any_of(std::initializer_list<json::object> choices) {
    json::array all;
    for (const json::object& choice : choices) all.emplace_back(choice);
    return {{"anyOf", std::move(all)}};
}

json::object typed(const char* type) {
    return {{"type", type}};
}

std::string anchored(const std::string& pattern) {
    return "^(?:" + pattern + ")$";
}

std::string escaped(std::string_view text) {
    std::string pattern;
    for (const char letter : text) {
        if (std::string_view("\\^$.|?*+()[]{}/").find(letter) != std::string_view::npos) pattern += '\\';
        pattern += letter;
    }
    return pattern;
}

template <typename T>
json::array array_of(const std::vector<T>& items) {
    json::array all;
    for (const T& item : items) all.emplace_back(item);
    return all;
}

json::value number_value(double number) {
    const auto whole = static_cast<std::int64_t>(number);
    if (static_cast<double>(whole) == number) return whole;
    return number;
}

// The value as a file would write it, for `default`.
struct AsJson {
    const Row& row;

    json::value operator()(std::monostate) const { return nullptr; }
    json::value operator()(const std::string& text) const { return json::string(text); }
    json::value operator()(const OptionValue::Secret&) const { return nullptr; }
    json::value operator()(std::int64_t number) const { return number; }
    json::value operator()(double number) const { return number_value(number); }
    json::value operator()(bool flag) const { return flag; }
    json::value operator()(std::chrono::milliseconds duration) const {
        return json::string(to_text(duration));
    }
    json::value operator()(OptionValue::Size size) const { return json::string(size_to_text(size.bytes)); }
    json::value operator()(const std::vector<std::string>& texts) const { return array_of(texts); }
    json::value operator()(const std::vector<std::int64_t>& numbers) const { return array_of(numbers); }
    json::value operator()(const Options& options) const {
        json::object group;
        for (const Row& inner : row.options)
            if (options.has(inner.name))
                group[inner.name] = std::visit(AsJson{inner}, options.value(inner.name).value);
        return group;
    }
    json::value operator()(const std::vector<Options>& groups) const {
        json::array all;
        for (const Options& group : groups) all.push_back((*this)(group));
        return all;
    }
    template <typename T>
    json::value operator()(const Options::Map<T>& entries) const {
        json::object all;
        for (const auto& [name, entry] : entries) {
            if constexpr (std::is_same_v<T, Options>)
                all[name] = (*this)(entry);
            else
                all[name] = entry;
        }
        return all;
    }
};

json::object text_schema(const Row& row) {
    json::object text = typed("string");
    json::array patterns;
    if (!row.schemes.empty()) {
        std::string any;
        for (const std::string& scheme : row.schemes) any += (any.empty() ? "" : "|") + escaped(scheme);
        patterns.push_back(json::object{{"pattern", "^(?:" + any + ")[\\s\\S]"}});
    }
    if (row.format) patterns.push_back(json::object{{"pattern", anchored(pattern_of(*row.format))}});
    if (patterns.size() == 1) text["pattern"] = patterns[0].at("pattern");
    if (patterns.size() > 1) text["allOf"] = std::move(patterns);
    if (row.min_length) text["minLength"] = *row.min_length;
    if (row.max_length) text["maxLength"] = *row.max_length;
    if (!row.values.empty())
        text["enum"] = array_of(row.values);
    else
        text["not"] = json::object{{"pattern", "\\$\\{|\\u0000"}};
    return text;
}

json::object measure_schema(const Row& row, std::span<const Unit> units, std::uint64_t most) {
    const auto least = static_cast<std::uint64_t>(row.min.value_or(0));
    if (row.max) most = static_cast<std::uint64_t>(*row.max);
    return {{"type", "string"}, {"pattern", anchored(pattern_of_measures(units, least, most))}};
}

json::object number_schema(const Row& row, bool is_whole) {
    json::object number = typed(is_whole ? "integer" : "number");
    const auto limit = static_cast<double>(max_integer);
    if (row.min || is_whole) number["minimum"] = number_value(row.min.value_or(-limit));
    if (row.max || is_whole) number["maximum"] = number_value(row.max.value_or(limit));
    return number;
}

json::object scalar_schema(const Row& row) {
    if (row.type == Type::secret) return reference("secret");
    json::object exact;
    switch (row.type) {
        case Type::flag:
            exact = typed("boolean");
            break;
        case Type::integer:
        case Type::integers:
        case Type::integer_entries:
            exact = number_schema(row, true);
            break;
        case Type::number:
            exact = number_schema(row, false);
            break;
        case Type::duration:
            exact = measure_schema(row, duration_units(), static_cast<std::uint64_t>(max_duration.count()));
            break;
        case Type::size:
            exact = measure_schema(row, size_units(), max_size);
            break;
        default:
            exact = text_schema(row);
    }
    const bool is_free_text = exact.at("type") == "string" && exact.contains("not") && row.schemes.empty() &&
                              (!row.format || row.format == Format::path);
    const json::object interpolated = reference(is_free_text ? "interpolated_text" : "interpolated");
    if (row.automatic) return any_of({{{"const", "auto"}}, exact, interpolated});
    return any_of({exact, interpolated});
}

json::object schema_of(const Row& row);

// `given` are values that stand already, from a default: what they hold need not be written again.
json::object group_object(const Schema& rows, const Node* given) {
    json::object properties;
    json::array required;
    for (const Row& row : rows) {
        properties[row.name] = schema_of(row);
        if (row.required && (given == nullptr || given->find(row.name) == nullptr))
            required.emplace_back(row.name);
    }
    json::object group{
        {"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
    if (!required.empty()) group["required"] = std::move(required);
    return group;
}

// A section without anything in it is null in YAML, which is right where nothing is required.
json::object or_null(json::object group) {
    if (group.contains("required") || group.contains("minProperties")) return group;
    return any_of({std::move(group), typed("null")});
}

json::object item_schema(const Row& row, const Node* given) {
    return has_options(row.type) ? or_null(group_object(row.options, given)) : scalar_schema(row);
}

json::object list_schema(const Row& row) {
    json::object list{{"type", "array"}, {"items", item_schema(row, nullptr)}};
    if (row.min_items) list["minItems"] = *row.min_items;
    if (row.max_items) list["maxItems"] = *row.max_items;
    return list;
}

json::object entries_schema(const Row& row) {
    json::object map{{"type", "object"}, {"additionalProperties", item_schema(row, nullptr)}};
    if (row.fallback) {
        json::object properties;
        for (const Entry& entry : row.fallback->node.entries)
            properties[entry.key] = item_schema(row, &entry.value);
        map["properties"] = std::move(properties);
    } else if (row.min_items && *row.min_items > 0) {
        map["minProperties"] = *row.min_items;
    }
    if (row.max_items) map["maxProperties"] = *row.max_items;
    if (row.key_format)
        map["propertyNames"] = json::object{{"pattern", anchored(pattern_of(*row.key_format))}};
    return or_null(std::move(map));
}

json::object schema_of(const Row& row) {
    json::object schema = is_list(row.type)         ? list_schema(row)
                          : is_entries(row.type)    ? entries_schema(row)
                          : row.type == Type::group ? or_null(group_object(row.options, nullptr))
                                                    : scalar_schema(row);
    schema["description"] = about_of(row) + (row.live ? " A reload applies it." : "");
    if (row.fallback) {
        json::value fallback = std::visit(AsJson{row}, row.fallback->value.value);
        if (!fallback.is_null()) schema["default"] = std::move(fallback);
    }
    return schema;
}

json::object plugins_schema(const std::vector<Manifest>& plugins) {
    json::array bare;
    json::object named;
    json::array each_once;
    for (const Manifest& plugin : plugins) {
        json::object options = group_object(plugin.options, nullptr);
        json::object host = or_null(group_object(host_schema(), nullptr));
        host["description"] = "The server's settings for this plugin.";
        options.at("properties").as_object()["host"] = std::move(host);
        json::object group = or_null(std::move(options));
        group["description"] = plugin.summary;
        named[plugin.name] = std::move(group);
        if (stands_alone(plugin.options)) bare.emplace_back(plugin.name);
        each_once.push_back(
            json::object{{"contains", any_of({{{"const", plugin.name}},
                                              {{"type", "object"}, {"required", json::array{plugin.name}}}})},
                         {"minContains", 0},
                         {"maxContains", 1}});
    }
    json::object with_options{{"type", "object"},
                              {"properties", std::move(named)},
                              {"additionalProperties", false},
                              {"minProperties", 1},
                              {"maxProperties", 1}};
    json::object item =
        bare.empty() ? std::move(with_options) : any_of({{{"enum", std::move(bare)}}, with_options});
    json::object list{{"type", "array"},
                      {"description", "The plugins that are switched on, in the order in which they start."},
                      {"items", std::move(item)}};
    if (!each_once.empty()) list["allOf"] = std::move(each_once);
    return list;
}

void print(const json::value& value, std::size_t indent, std::string& out) {
    const std::string margin(indent + 2, ' ');
    const char* separator = "\n";
    if (const json::object* object = value.if_object(); object != nullptr && !object->empty()) {
        out += "{";
        for (const auto& [key, member] : *object) {
            out += separator + margin + json::serialize(json::string(key)) + ": ";
            print(member, indent + 2, out);
            separator = ",\n";
        }
        out += "\n" + std::string(indent, ' ') + "}";
    } else if (const json::array* array = value.if_array(); array != nullptr && !array->empty()) {
        out += "[";
        for (const json::value& item : *array) {
            out += separator + margin;
            print(item, indent + 2, out);
            separator = ",\n";
        }
        out += "\n" + std::string(indent, ' ') + "]";
    } else if (const double* number = value.if_double()) {
        out += to_text(*number);
    } else {
        out += json::serialize(value);
    }
}

}  // namespace

std::string describe_as_json_schema(const std::vector<Manifest>& plugins) {
    json::object configuration = group_object(core_schema(), nullptr);
    configuration.at("properties").as_object()["plugins"] = plugins_schema(plugins);
    const auto text_of = [](std::string pattern) -> json::object {
        return {{"type", "string"}, {"pattern", std::move(pattern)}};
    };
    json::object definitions;
    definitions["configuration"] = std::move(configuration);
    definitions["interpolated"] = text_of(pattern_of_interpolation());
    definitions["interpolated_text"] = text_of(pattern_of_interpolated_text());
    definitions["secret"] = text_of(pattern_of_secret());
    const json::object schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                              {"title", "Mortise configuration"},
                              {"anyOf", json::array{reference("configuration"), typed("null")}},
                              {"$defs", std::move(definitions)}};
    std::string out;
    print(schema, 0, out);
    return out + "\n";
}

}  // namespace mortise::config
