// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "core/config/world.h"

namespace fs = std::filesystem;
using namespace mortise::config;
using Lines = std::vector<std::string>;

namespace {

class Folder {
public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "mortise-config-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~Folder() { fs::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const fs::path& path() const { return path_; }
    fs::path write(const fs::path& name, const std::string& text) const {
        fs::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name) << text;
        return path_ / name;
    }

private:
    fs::path path_;
};

}  // namespace

TEST_CASE("real files are read, matched in order and found as plugins") {
    const Folder folder;
    folder.write("plugins/hello/plugin.yaml", "name: hello\nversion: 1.0.0\nsdk: 1\nsummary: Greets.\n");
    folder.write("plugins/empty/readme", "");
    folder.write("conf.d/2.yaml", "server: { drain: 2s }");
    folder.write("conf.d/1.yaml", "server: { drain: 1s }");
    const fs::path main = folder.write("m.yaml", "include: [conf.d/*.yaml]\nplugins: [hello]\n");
    const Environment world = Environment::of_process();
    const Loaded loaded = load({{main, std::nullopt}}, world, {folder.path() / "plugins"});
    REQUIRE(lines_of(loaded.faults) == Lines{});
    CHECK(loaded.configuration->core.server.drain == std::chrono::seconds(2));
    CHECK(loaded.configuration->plugins.front().manifest->folder == folder.path() / "plugins/hello");
}

TEST_CASE("a folder where a file belongs, a missing file and a huge one are faults") {
    const Folder folder;
    const Environment world = Environment::of_process();
    const auto fault_of = [&](const fs::path& file) {
        const Loaded loaded = load({{file, std::nullopt}}, world, {});
        REQUIRE(loaded.faults.size() == 1);
        return loaded.faults.front().text;
    };
    CHECK(fault_of(folder.path()) == "it is a folder, not a file");
    CHECK(fault_of(folder.path() / "none.yaml") == "there is no such file");
    CHECK(fault_of(folder.write("huge.yaml", std::string(2'000'000, '#'))) ==
          "the file is larger than 1 MiB, which no configuration needs");
}

TEST_CASE("the variables of the process are seen") {
    REQUIRE(setenv("MORTISE_TEST_DRAIN", "3s", 1) == 0);
    const Environment world = Environment::of_process();
    const Loaded loaded = load({{"m.yaml", "server: { drain: \"${MORTISE_TEST_DRAIN}\" }"}}, world, {});
    REQUIRE(lines_of(loaded.faults) == Lines{});
    CHECK(loaded.configuration->core.server.drain == std::chrono::seconds(3));
}
