// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <unistd.h>

#include "plugin/trial.h"
#include "plugin_files.h"
#include "stand.h"

using namespace std::chrono_literals;
using namespace mortise::plugin;
using namespace mortise::test;

namespace {

TrialSettings settings(std::chrono::milliseconds limit = 60s) {
    return {.program = build_dir() / "bin" / "trial-program", .limit = limit};
}

/// What is told about the plugin `faulty` when it fails as `wish` says.
std::string verdict(const std::string& wish, std::chrono::milliseconds limit = 60s) {
    const Environment environment("MORTISE_FAULTY", wish);
    return try_loading({test_plugin("faulty")}, settings(limit)).at(0).value_or("fine");
}

}  // namespace

TEST_CASE("a plugin that loads and constructs passes the trial") {
    CHECK(verdict("nothing") == "fine");
}

TEST_CASE("code that ends the process when it is loaded is found and told") {
    CHECK(verdict("load abort") ==
          "constructor of libfaulty.so ended the process with signal 6 (SIGABRT); it said: out of cheese");
    CHECK(verdict("constructor abort") ==
          "constructor of libfaulty.so ended the process with signal 6 (SIGABRT); it said: out of cheese");
    CHECK(verdict("destructor abort") ==
          "destructor of libfaulty.so ended the process with signal 6 (SIGABRT)");
    CHECK_THAT(verdict("load exit"),
               Catch::StartsWith("constructor of libfaulty.so ended the process with exit code"));
    // How the compiler inlined the library's initialisers decides whether this comes through dlopen().
    CHECK_THAT(verdict("load throw"),
               Catch::StartsWith("constructor of libfaulty.so ended the process with signal 6") ||
                   Catch::Equals("libfaulty.so can't be loaded: no cheese"));
}

TEST_CASE("a constructor that hangs is found when its time is up") {
    CHECK(verdict("load hang", 200ms) == "constructor of libfaulty.so did not end within 200 ms");
}

TEST_CASE("a constructor that throws is told with what it said") {
    CHECK(verdict("constructor throw") == "constructor of libfaulty.so failed: no cheese");
    CHECK(verdict("constructor throw_int") ==
          "constructor of libfaulty.so failed: it threw an object of type int");
}

TEST_CASE("many plugins are tried at once, and each fault is told in its place") {
    const Environment environment("MORTISE_FAULTY", "load abort");
    const auto results = try_loading({test_plugin("another_sdk"), test_plugin("faulty"),
                                      test_plugin("unlinked"), "/nowhere/libx.so", test_plugin("faulty")},
                                     settings());
    REQUIRE(results.size() == 5);
    CHECK_THAT(results[0].value_or(""), Catch::StartsWith("libanother_sdk.so was built for"));
    CHECK_THAT(results[1].value_or(""), Catch::StartsWith("constructor of libfaulty.so ended the process"));
    CHECK_THAT(results[2].value_or(""), Catch::StartsWith("libunlinked.so needs"));
    CHECK(results[3]);
    CHECK(results[4] == results[1]);
    CHECK(try_loading({}, settings()).empty());
}

TEST_CASE("a trial that can't be run is an error, not a verdict") {
    CHECK_THROWS_AS(try_loading({test_plugin("faulty")}, {.program = "/nowhere/mortise"}),
                    std::runtime_error);
    const auto results = try_loading({test_plugin("faulty")}, {.program = "/bin/false"});
    CHECK(results.at(0) == "libfaulty.so could not be tried: the trial load ended too soon");
}

TEST_CASE("no code of a plugin that fails its trial has run in the server") {
    const TemporaryFolder folder;
    const auto trace = folder.path() / "trace";
    const Environment where("MORTISE_FAULTY_TRACE", trace.string());
    Stand stand;
    WorkerPool pool;
    std::vector<PluginSource> sources(2);
    sources[0].name = "faulty";
    sources[0].library = test_plugin("faulty");
    sources[1].name = "another_sdk";
    sources[1].library = test_plugin("another_sdk");
    PluginSet set(sources, stand.services(), pool);

    std::vector<std::string> lines;
    {
        const Environment environment("MORTISE_FAULTY", "constructor abort");
        try {
            set.load({.trial = settings()});
        } catch (const PluginFaults& faults) {
            lines = faults.lines();
        }
    }
    REQUIRE(lines.size() == 2);
    CHECK_THAT(lines[0], Catch::StartsWith("libanother_sdk.so was built for"));
    CHECK_THAT(lines[1], Catch::StartsWith("constructor of libfaulty.so ended the process with signal 6"));
    std::ifstream processes(trace);
    pid_t process = 0;
    REQUIRE(processes >> process);
    do CHECK(process != ::getpid());
    while (processes >> process);
}

TEST_CASE("a file that fails leaves out a plugin that says on_error skip") {
    Stand stand;
    WorkerPool pool;
    std::vector<PluginSource> sources(2);
    sources[0].name = "faulty";
    sources[0].library = test_plugin("faulty");
    sources[1].name = "another_sdk";
    sources[1].library = test_plugin("another_sdk");
    sources[1].host.skip_on_error = true;
    PluginSet set(sources, stand.services(), pool);
    set.load({.trial = settings()});
    set.start();
    set.ready();
    REQUIRE(set.routes().size() == 1);
    CHECK(set.routes()[0].routes->routes().at(0).path == "/faulty");
    CHECK_FALSE(set.states().at(1).left_out.empty());
}
