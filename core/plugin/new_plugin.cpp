// SPDX-License-Identifier: Apache-2.0
#include "plugin/new_plugin.h"

#include <algorithm>
#include <array>
#include <fstream>

#include "plugin/fault.h"

namespace mortise::plugin {

namespace {

constexpr std::size_t longest_name = 40;

/// Names that would be words of C++, or namespaces that are somebody else's.
constexpr std::array taken{
    "alignas",   "alignof",  "and",      "asm",      "auto",      "bitand",    "bitor",     "bool",
    "boost",     "break",    "case",     "catch",    "char",      "class",     "co_await",  "co_return",
    "co_yield",  "compl",    "concept",  "const",    "constexpr", "consteval", "constinit", "continue",
    "decltype",  "default",  "delete",   "do",       "double",    "else",      "enum",      "explicit",
    "export",    "extern",   "false",    "float",    "for",       "friend",    "goto",      "host",
    "if",        "inline",   "int",      "long",     "main",      "mortise",   "mutable",   "namespace",
    "new",       "noexcept", "not",      "nullptr",  "operator",  "or",        "posix",     "private",
    "protected", "public",   "register", "requires", "return",    "short",     "signed",    "sizeof",
    "static",    "std",      "struct",   "switch",   "template",  "this",      "throw",     "true",
    "try",       "typedef",  "typeid",   "typename", "union",     "unsigned",  "using",     "virtual",
    "void",      "volatile", "while",    "xor"};

void check_name(std::string_view name) {
    const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto is_allowed = [&](char c) { return is_small(c) || (c >= '0' && c <= '9') || c == '_'; };
    const bool is_name = !name.empty() && name.size() <= longest_name && is_small(name.front()) &&
                         std::ranges::all_of(name, is_allowed) && !name.ends_with('_') &&
                         name.find("__") == name.npos;
    if (!is_name)
        throw PluginFault(
            "'" + std::string(name) +
            "' can't be the name of a plugin: it takes 1 to 40 small letters, digits and single "
            "'_', a letter first");
    if (std::ranges::find(taken, name) != taken.end())
        throw PluginFault("'" + std::string(name) +
                          "' can't be the name of a plugin: it has a meaning in C++ or here");
}

/// "call_log" as a class: "CallLog".
std::string class_name(std::string_view name) {
    std::string result;
    bool is_start = true;
    for (const char c : name) {
        if (c != '_') result += is_start && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        is_start = c == '_';
    }
    return result;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t place = text.find(from); place != text.npos; place = text.find(from, place + to.size()))
        text.replace(place, from.size(), to);
    return text;
}

/// The template's text, with the name filled in and without our licence: the new plugin's is its author's.
std::string filled_in(std::string_view text, std::string_view name) {
    if (const std::size_t end = text.find('\n'); text.substr(0, end).find("SPDX-") != text.npos)
        text.remove_prefix(end + 1);
    return replaced(replaced(std::string(text), "my_plugin", name), "MyPlugin", class_name(name));
}

}  // namespace

std::vector<std::filesystem::path> new_plugin(std::string_view name, const std::filesystem::path& parent) {
    check_name(name);
    const std::filesystem::path folder = parent / name;
    std::error_code error;
    if (std::filesystem::exists(std::filesystem::symlink_status(folder, error)))
        throw PluginFault(folder.string() + " exists already");
    std::vector<std::filesystem::path> written;
    for (const TemplateFile& file : template_files()) {
        const std::filesystem::path path = folder / replaced(std::string(file.path), "my_plugin", name);
        std::filesystem::create_directories(path.parent_path(), error);
        std::ofstream stream(path, std::ios::binary);
        stream << filled_in(file.text, name);
        if (!stream.flush()) throw PluginFault(path.string() + " can't be written");
        written.push_back(path);
    }
    return written;
}

}  // namespace mortise::plugin
