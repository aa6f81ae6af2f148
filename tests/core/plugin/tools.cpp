// SPDX-License-Identifier: Apache-2.0
// What the commands `plugin inspect`, `plugin list` and `plugin new` tell and do.
#include <catch2/catch.hpp>

#include <algorithm>

#include <mortise/abi.h>

#include "plugin/fault.h"
#include "plugin/inspect.h"
#include "plugin/new_plugin.h"
#include "plugin_files.h"

using namespace mortise::plugin;
using namespace mortise::test;
namespace config = mortise::config;
using Lines = std::vector<std::string>;

TEST_CASE("inspecting a plugin tells what it is without running it") {
    const TemporaryFolder folder;
    const auto trace = folder.path() / "trace";
    const Environment where("MORTISE_FAULTY_TRACE", trace.string());
    for (const auto& file : {test_plugin("faulty"), test_plugin("faulty").parent_path()}) {
        const Inspection inspection = inspect(file);
        CHECK(inspection.faults.empty());
        CHECK(inspection.abi_tag == MORTISE_ABI_TAG);
        CHECK(inspection.symbols == Lines{"mortise_plugin"});
        CHECK(inspection.size == std::filesystem::file_size(test_plugin("faulty")));
        REQUIRE(inspection.manifest);
        CHECK(inspection.manifest->name == "faulty");
        CHECK(inspection.manifest->version == "1.0.0");
    }
    CHECK_FALSE(std::filesystem::exists(trace));
}

TEST_CASE("inspecting what is no plugin tells every fault") {
    const TemporaryFolder folder;
    folder.write("plugin.yaml", "name: chat\nversion: 1.0.0\nsdk: 1\nsummary: Talks.\n");
    const Inspection inspection = inspect(folder.write("libx.so", "text"));
    CHECK(inspection.faults == Lines{"libx.so is no ELF file: a plugin is a shared library",
                                     "plugin.yaml calls it chat, its library is libx.so"});
    CHECK(inspect("/nowhere/libx.so").faults.size() == 2);
    CHECK(inspect(test_plugin("another_sdk")).faults.size() == 1);
}

TEST_CASE("the list of plugins tells which are enabled and which are broken") {
    const config::Environment environment = config::Environment::of_process();
    const config::PluginFolders folders({build_dir() / "test-plugins"}, environment);
    const auto plugins = list_plugins(folders, {"faulty"});
    const auto find = [&](std::string_view name) {
        return *std::ranges::find(plugins, name, &ListedPlugin::name);
    };
    CHECK(find("faulty").is_enabled);
    CHECK(find("faulty").faults.empty());
    CHECK(find("faulty").version == "1.0.0");
    CHECK_FALSE(find("faulty").summary.empty());
    CHECK_FALSE(find("another_sdk").is_enabled);
    REQUIRE(find("another_sdk").faults.size() == 1);
    CHECK_THAT(find("another_sdk").faults[0], Catch::StartsWith("libanother_sdk.so was built for"));
}

TEST_CASE("a new plugin carries its name everywhere") {
    const TemporaryFolder folder;
    const auto written = new_plugin("call_log2", folder.path());
    CHECK(written.size() == template_files().size());
    for (const auto& file : written) {
        const std::string text = bytes_of(file);
        CAPTURE(file);
        CHECK_FALSE(text.empty());
        CHECK(text.find("my_plugin") == text.npos);
        CHECK(text.find("MyPlugin") == text.npos);
        CHECK(text.find("SPDX") == text.npos);
    }
    CHECK(bytes_of(folder.path() / "call_log2/call_log2.cpp").find("class CallLog2 final") !=
          std::string::npos);
    config::Faults faults;
    const auto manifest =
        config::read_manifest(bytes_of(folder.path() / "call_log2/plugin.yaml"), "", 0, faults);
    REQUIRE(manifest);
    CHECK(manifest->name == "call_log2");
}

TEST_CASE("a new plugin never touches what exists, nor takes a name that is none") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder.path() / "chat");
    CHECK_THROWS_WITH(new_plugin("chat", folder.path()),
                      (folder.path() / "chat").string() + " exists already");
    for (const char* name : {"", "Chat", "1chat", "chat-log", "../chat", "chat_", "a__b", "caf\xc3\xa9",
                             "this_name_is_much_too_long_for_any_plugin_at_all"})
        CHECK_THROWS_WITH(new_plugin(name, folder.path()),
                          Catch::Contains("can't be the name of a plugin: it takes"));
    for (const char* name : {"class", "std", "mortise", "host"})
        CHECK_THROWS_WITH(new_plugin(name, folder.path()), Catch::Contains("it has a meaning"));
    CHECK(std::filesystem::is_empty(folder.path() / "chat"));
    CHECK_THROWS_AS(new_plugin("chat", "/proc/nowhere"), PluginFault);
}
