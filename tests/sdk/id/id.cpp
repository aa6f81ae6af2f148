// SPDX-License-Identifier: Apache-2.0
#include <mortise/id.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

using mortise::new_id;

TEST_CASE("an id is a UUID of version 7 in lower case") {
    const std::string id = new_id();
    REQUIRE(id.size() == 36);
    for (std::size_t place = 0; place < id.size(); ++place) {
        const bool dash = place == 8 || place == 13 || place == 18 || place == 23;
        const std::string_view allowed = dash ? "-" : "0123456789abcdef";
        CHECK(allowed.find(id[place]) != allowed.npos);
    }
    CHECK(id[14] == '7');
    CHECK(std::string_view("89ab").find(id[19]) != std::string_view::npos);
}

TEST_CASE("an id begins with the milliseconds it was made in") {
    using namespace std::chrono;
    const auto now = [] { return floor<milliseconds>(system_clock::now()).time_since_epoch().count(); };
    const auto before = now();
    const std::string id = new_id();
    const auto made = std::stoll(id.substr(0, 8) + id.substr(9, 4), nullptr, 16);
    CHECK(made >= before);
    CHECK(made <= now() + 1);
}

TEST_CASE("ids of one thread sort in the order they were made") {
    std::vector<std::string> ids(20'000);
    for (std::string& id : ids) id = new_id();
    CHECK(std::is_sorted(ids.begin(), ids.end()));
    CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
}

TEST_CASE("ids of many threads are all different") {
    constexpr int each = 5'000;
    std::vector<std::vector<std::string>> made(4);
    std::vector<std::thread> threads;
    for (auto& ids : made)
        threads.emplace_back([&ids] {
            for (int count = 0; count < each; ++count) ids.push_back(new_id());
        });
    for (std::thread& thread : threads) thread.join();
    std::set<std::string> all;
    for (const auto& ids : made) all.insert(ids.begin(), ids.end());
    CHECK(all.size() == made.size() * each);
}
