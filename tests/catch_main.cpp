// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include "places.h"

int main(int count, char** arguments) {
    // Where TestHost looks for plugins; what the environment says already wins.
    const auto build = mortise::test::build_dir();
    const std::string path = (build / "plugins").string() + ":" + (build / "test-plugins").string();
    setenv("MORTISE_PLUGIN_PATH", path.c_str(), 0);
    return Catch::Session().run(count, arguments);
}
