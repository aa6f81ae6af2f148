// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <mortise/id.h>

#include "backends.h"
#include "support/child_process.h"

using namespace mortise;
using mortise::test::ChildProcess;
using mortise::test::FreshDatabase;

TEST_CASE("every write that was acknowledged is there after kill -9") {
    FreshDatabase db(EACH_DURABLE_BACKEND);
    db->execute("CREATE TABLE kept (id TEXT PRIMARY KEY)");
    db.opened.reset();

    std::set<std::string> acknowledged;
    for (int round = 0; round < 3; ++round) {
        ChildProcess child([&](const ChildProcess::Send& send) {
            const auto own = service::open_database(db.settings);
            std::vector<std::thread> writers;
            for (int writer = 0; writer < 4; ++writer)
                writers.emplace_back([&] {
                    for (;;) {
                        const std::string id = new_id();
                        own->execute("INSERT INTO kept VALUES (?)", id);
                        send(id);
                    }
                });
            for (std::thread& writer : writers) writer.join();
        });
        std::string id;
        for (int count = 0; count < 100 && child.read_line(id); ++count) acknowledged.insert(id);
        child.kill();
        while (child.read_line(id)) acknowledged.insert(id);
        REQUIRE(child.wait() == -SIGKILL);
    }
    REQUIRE(acknowledged.size() >= 300);

    db.reopen();
    std::set<std::string> kept;
    for (const Row row : db->query("SELECT id FROM kept")) kept.emplace(row.text(0));
    std::size_t lost = 0;
    for (const std::string& id : acknowledged) lost += 1 - kept.count(id);
    CHECK(lost == 0);
}

TEST_CASE("two processes write one database, and neither loses a row") {
    const FreshDatabase db(EACH_DURABLE_BACKEND);
    db->execute("CREATE TABLE counted (n BIGINT)");
    db->execute("INSERT INTO counted VALUES (0)");
    constexpr int each = 50;
    const auto count = [&](Database& own) {
        for (int round = 0; round < each; ++round)
            own.write([](Transaction& tx) {
                tx.lock("counted");
                const std::int64_t n = tx.one("SELECT n FROM counted")->integer(0);
                tx.execute("UPDATE counted SET n = ?", n + 1);
            });
    };
    ChildProcess child([&](const ChildProcess::Send&) { count(*service::open_database(db.settings)); });
    count(*db);
    REQUIRE(child.wait() == 0);
    CHECK(db->one("SELECT n FROM counted")->integer(0) == 2 * each);
}
