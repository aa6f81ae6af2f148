// SPDX-License-Identifier: Apache-2.0
#include "golden.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string_view>

#include <catch2/catch.hpp>

#include "places.h"

namespace mortise::test {

void check_golden(const std::string& name, const std::string& text) {
    const auto path = source_dir() / "tests" / "golden" / name;
    const char* wish = std::getenv("MORTISE_GOLDEN");
    if (wish != nullptr && wish == std::string_view("renew")) {
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << text;
        return;
    }
    std::ifstream file(path, std::ios::binary);
    INFO("tests/golden/" << name << ", renewed by ./dev golden");
    REQUIRE(file.is_open());
    CHECK(text == std::string(std::istreambuf_iterator<char>(file), {}));
}

}  // namespace mortise::test
