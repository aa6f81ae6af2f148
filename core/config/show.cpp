// SPDX-License-Identifier: Apache-2.0
#include "config/show.h"

#include <algorithm>
#include <utility>

#include "config/core_schema.h"
#include "config/scalars.h"

namespace mortise::config {

namespace {

constexpr std::string_view mask = "***";

bool needs_quotes(std::string_view text) {
    const auto is_safe = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '_' || letter == '-' || letter == '/' ||
               letter == '.' || letter == '+';
    };
    return text.empty() || text.front() == '-' || !std::all_of(text.begin(), text.end(), is_safe) ||
           plain_kind(text) != PlainKind::text;
}

// Double quotes with YAML's escapes; ${ becomes $${, so that the text reads back as it is.
std::string yaml_scalar(std::string_view text) {
    if (!needs_quotes(text)) return std::string(text);
    constexpr std::string_view hex = "0123456789abcdef";
    std::string result = "\"";
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char letter = text[at];
        if (letter == '"' || letter == '\\') {
            result += '\\';
            result += letter;
        } else if (letter == '\n') {
            result += "\\n";
        } else if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) {
            const auto byte = static_cast<unsigned char>(letter);
            result += std::string("\\x") + hex[byte >> 4U] + hex[byte & 0xfU];
        } else {
            if (letter == '$' && text.substr(at + 1, 1) == "{") result += '$';
            result += letter;
        }
    }
    return result + "\"";
}

std::string shown_text(const Row& row, const std::string& text) {
    return yaml_scalar(is_url(row) ? without_password(text) : text);
}

template <typename List, typename Show>
std::string listed(const List& list, Show show_item) {
    std::string all;
    for (const auto& item : list) all += (all.empty() ? "" : ", ") + show_item(item);
    return "[" + all + "]";
}

std::string show_group(const Schema& rows, const Options& options) {
    std::string all;
    for (const Row& row : rows)
        if (options.has(row.name))
            all += (all.empty() ? " " : ", ") + row.name + ": " + show(row, options.value(row.name));
    return all.empty() ? "{}" : "{" + all + " }";
}

template <typename Map, typename Show>
std::string mapped(const Map& map, Show show_item) {
    std::string all;
    for (const auto& [name, item] : map)
        all += (all.empty() ? " " : ", ") + yaml_scalar(name) + ": " + show_item(item);
    return all.empty() ? "{}" : "{" + all + " }";
}

struct Shower {
    const Row& row;

    std::string operator()(std::monostate) const { return row.automatic ? "auto" : "null"; }
    std::string operator()(const std::string& text) const { return shown_text(row, text); }
    std::string operator()(const OptionValue::Secret&) const { return yaml_scalar(mask); }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return to_text(number); }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::chrono::milliseconds duration) const { return to_text(duration); }
    std::string operator()(OptionValue::Size size) const { return size_to_text(size.bytes); }
    std::string operator()(const Options& options) const { return show_group(row.options, options); }
    std::string operator()(const std::vector<std::string>& texts) const {
        return listed(texts, [this](const std::string& text) { return shown_text(row, text); });
    }
    std::string operator()(const std::vector<std::int64_t>& numbers) const {
        return listed(numbers, [](std::int64_t number) { return std::to_string(number); });
    }
    std::string operator()(const std::vector<Options>& groups) const {
        return listed(groups, [this](const Options& options) { return show_group(row.options, options); });
    }
    std::string operator()(const Options::Map<Options>& entries) const {
        return mapped(entries, [this](const Options& options) { return show_group(row.options, options); });
    }
    std::string operator()(const Options::Map<std::string>& entries) const {
        return mapped(entries, [this](const std::string& text) { return shown_text(row, text); });
    }
    std::string operator()(const Options::Map<std::int64_t>& entries) const {
        return mapped(entries, [](std::int64_t number) { return std::to_string(number); });
    }
};

// Groups get lines of their own; what has no value becomes a comment.
void show_lines(const Schema& rows, const Options& options, std::size_t indent, std::string& out) {
    const std::string margin(indent, ' ');
    for (const Row& row : rows) {
        const bool has_value = options.has(row.name);
        if (has_value && row.type == Type::group) {
            out += margin + row.name + ":\n";
            show_lines(row.options, options.group(row.name), indent + 2, out);
        } else if (has_value || row.automatic) {
            out += margin + row.name + ": " + show(row, options.value(row.name)) + "\n";
        } else {
            out += margin + "# " + row.name + ": not set\n";
        }
    }
}

}  // namespace

std::string show(const Row& row, const OptionValue& value) {
    return std::visit(Shower{row}, value.value);
}

std::string show(const Configuration& configuration) {
    std::string out;
    show_lines(core_schema(), configuration.core_options, 0, out);
    out += configuration.plugins.empty() ? "plugins: []\n" : "plugins:\n";
    for (const PluginSetup& plugin : configuration.plugins) {
        out += "  - " + plugin.manifest->name + ":\n";
        show_lines(plugin.manifest->options, plugin.options, 6, out);
        out += "      host:\n";
        show_lines(host_schema(), plugin.host_options, 8, out);
    }
    return out;
}

}  // namespace mortise::config
