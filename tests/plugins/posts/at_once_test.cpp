// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <atomic>
#include <set>
#include <thread>

#include "site.h"

using namespace posts::test;

TEST_CASE("posts of one title written at once get a slug each") {
    Site site(EACH_BACKEND);
    site.host.start();
    std::vector<std::thread> writers;
    std::atomic<int> created{0};
    for (int writer = 0; writer < 4; ++writer)
        writers.emplace_back([&] {
            for (int number = 0; number < 5; ++number)
                if (site.write("ann", {{"title", "Same"}}).status == 201) ++created;
        });
    for (auto& writer : writers) writer.join();
    CHECK(created == 20);
    std::set<std::string> slugs;
    const Json list = site.get("?limit=100").json();
    for (const Json& post : list.at("data").as_array()) slugs.emplace(post.at("slug").as_string());
    CHECK(slugs.size() == 20);
}

TEST_CASE("likes given at once all count") {
    Site site(EACH_BACKEND);
    const std::string id = site.post("ann", "A");
    std::vector<std::thread> fans;
    for (int fan = 0; fan < 4; ++fan)
        fans.emplace_back([&, fan] {
            for (int turn = 0; turn < 5; ++turn) {
                site.like("fan" + std::to_string(fan), id);
                site.like("crowd" + std::to_string(turn), id);
            }
        });
    for (auto& fan : fans) fan.join();
    CHECK(site.show(id).at("likeCount") == 9);
}
