// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

#include "site.h"

using namespace uploads::test;

TEST_CASE("nobody keeps more than their quota, however many files come at once") {
    Site site(EACH_BACKEND, "quota: 1KiB\n");
    site.host.start();
    std::atomic<int> stored{0};
    std::vector<std::thread> clients;
    for (int client = 0; client < 4; ++client)
        clients.emplace_back([&] {
            if (site.upload("cat", "a.txt", std::string(400, 'x')).status == 201) ++stored;
        });
    for (auto& client : clients) client.join();
    CHECK(stored == 2);
    CHECK(site.files().size() == 2);
}
