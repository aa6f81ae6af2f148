// SPDX-License-Identifier: Apache-2.0
#include "config/describe.h"

#include <functional>

#include "config/core_schema.h"
#include "config/plugin_folders.h"
#include "config/show.h"

namespace mortise::config {

namespace {

using RowVisitor = std::function<void(const Row&, const std::string& path, bool is_live)>;

// Every option with its full name, parents before their children. <name> stands for a name the file chooses.
void visit(const Schema& rows, const std::string& prefix, bool is_live, const RowVisitor& visitor) {
    for (const Row& row : rows) {
        const std::string path = prefix + row.name;
        visitor(row, path, is_live || row.live);
        const std::string inner = row.type == Type::groups    ? "[]."
                                  : row.type == Type::entries ? ".<name>."
                                                              : ".";
        visit(row.options, path + inner, is_live || row.live, visitor);
    }
}

std::string default_of(const Row& row) {
    if (row.fallback) return show(row, row.fallback->value);
    if (row.automatic) return "auto";
    return "";
}

std::string facts_of(const Row& row, bool is_live) {
    std::string facts(name_of(row.type));
    const auto add = [&facts](const std::string& fact) {
        if (!fact.empty()) facts += "; " + fact;
    };
    add(row.required ? "required" : "");
    const std::string fallback = default_of(row);
    add(fallback.empty() ? "" : "default " + fallback);
    add(range_of(row));
    add(is_live ? "live" : "");
    return facts;
}

void add_text(const Schema& rows, const std::string& prefix, std::string& out) {
    visit(rows, prefix, false, [&out](const Row& row, const std::string& path, bool is_live) {
        out += path + "  (" + facts_of(row, is_live) + ")\n    " + about_of(row) + "\n";
    });
}

std::string cell(const std::string& text) {
    std::string escaped;
    for (const char letter : text) {
        if (letter == '|') escaped += '\\';
        escaped += letter == '\n' ? ' ' : letter;
    }
    return escaped;
}

void add_table(const Schema& rows, const std::string& prefix, std::string& out) {
    out += "| Option | Type | Default | Allowed | Meaning |\n|---|---|---|---|---|\n";
    visit(rows, prefix, false, [&out](const Row& row, const std::string& path, bool is_live) {
        const std::string fallback = default_of(row);
        out += "| `" + cell(path) + "` | " + std::string(name_of(row.type)) + " | " +
               (row.required       ? "required"
                : fallback.empty() ? ""
                                   : "`" + cell(fallback) + "`") +
               " | " + cell(range_of(row)) + " | " + cell(about_of(row)) + (is_live ? " *Live.*" : "") +
               " |\n";
    });
}

constexpr std::string_view notes =
    "Durations are written 500ms, 30s, 15m, 1h, 7d; sizes 512B, 64KiB, 1MiB, 500MB. Every value may hold "
    "${NAME},\n"
    "${NAME:-default} or ${file:/path}; a secret must be one of the first and the last. $${ is a plain ${.\n"
    "A reload (SIGHUP) applies options marked live; the others need a restart.\n";

}  // namespace

std::vector<Manifest> known_plugins(const std::vector<std::filesystem::path>& plugin_folders,
                                    const Environment& environment, Faults& faults) {
    const PluginFolders folders(plugin_folders, environment);
    std::vector<Manifest> all;
    int order = 0;
    for (const std::string& name : folders.names())
        if (folders.find(name))
            if (auto manifest = folders.manifest(name, order++, faults)) all.push_back(*std::move(manifest));
    return all;
}

std::string describe_as_text(const std::vector<Manifest>& plugins) {
    std::string out(notes);
    out += "\n";
    add_text(core_schema(), "", out);
    out += "\nFor every plugin under plugins:\n";
    add_text(host_schema(), "<plugin>.host.", out);
    for (const Manifest& plugin : plugins) {
        out += "\n" + plugin.name + " " + plugin.version + ": " + plugin.summary + "\n";
        add_text(plugin.options, plugin.name + ".", out);
    }
    return out;
}

std::string describe_as_markdown(const std::vector<Manifest>& plugins) {
    std::string out = "# Configuration\n\n" + std::string(notes);
    for (const Row& section : core_schema()) {
        out += "\n## " + section.name + "\n\n" + section.about + "\n\n";
        if (section.type == Type::group)
            add_table(section.options, section.name + ".", out);
        else
            add_table({section}, "", out);
    }
    out += "\n## plugins\n\nA list of names, each with its options below it. For every plugin:\n\n";
    add_table(host_schema(), "host.", out);
    for (const Manifest& plugin : plugins) {
        out += "\n### " + plugin.name + " " + plugin.version + "\n\n" + plugin.summary + "\n";
        if (plugin.options.empty()) continue;
        out += "\n";
        add_table(plugin.options, "", out);
    }
    return out;
}

}  // namespace mortise::config
