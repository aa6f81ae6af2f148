// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "backends.h"
#include "support/child_process.h"

using namespace mortise;
using mortise::test::ChildProcess;
using mortise::test::FreshDatabase;
using mortise::test::TemporaryFolder;

namespace {

service::DatabaseSettings file(const std::filesystem::path& path) {
    service::DatabaseSettings settings;
    settings.url = "sqlite:" + path.string();
    return settings;
}

}  // namespace

TEST_CASE("the file and its folder are made, for their owner's eyes only") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "deep/er/a name? with#100%.db";
    service::open_database(file(path))->execute("CREATE TABLE t (n BIGINT)");
    REQUIRE(std::filesystem::exists(path));
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK_NOTHROW(service::open_database(file(path))->query("SELECT n FROM t"));
}

TEST_CASE("a place where no database can be is told with its path") {
    const TemporaryFolder folder;
    folder.write("plain.txt",
                 "a text, not a database, long enough to have a header of its own .................");
    CHECK_THROWS_WITH(service::open_database(file(folder.path() / "plain.txt/x.db")),
                      Catch::Contains("plain.txt") && Catch::Contains("cannot make the folder"));
    CHECK_THROWS_WITH(service::open_database(file(folder.path())), Catch::Contains("Is a directory"));
    CHECK_THROWS_WITH(service::open_database(file(folder.path() / "plain.txt")),
                      Catch::Contains("plain.txt") && Catch::Contains("not a database"));
}

TEST_CASE("processes that start at once on a new file all open it") {
    for (int round = 0; round < 5; ++round) {
        const TemporaryFolder folder;
        const auto settings = file(folder.path() / "new.db");
        std::vector<std::unique_ptr<ChildProcess>> nodes;
        for (int node = 0; node < 6; ++node)
            nodes.push_back(std::make_unique<ChildProcess>([&](const ChildProcess::Send& send) {
                try {
                    service::open_database(settings)->execute("CREATE TABLE IF NOT EXISTS t (n BIGINT)");
                } catch (const std::exception& fault) {
                    send(fault.what());
                }
            }));
        for (const auto& node : nodes) {
            std::string fault;
            node->read_line(fault);
            CHECK(fault.empty());
        }
    }
}

TEST_CASE("two databases in memory know nothing of each other") {
    const FreshDatabase one("sqlite in memory");
    const FreshDatabase other("sqlite in memory");
    one->execute("CREATE TABLE t (n BIGINT)");
    CHECK_THROWS_AS(other->query("SELECT n FROM t"), DatabaseError);
}

TEST_CASE("a commit is on disk when it returns: the log is synced, and readers are not locked out") {
    const FreshDatabase db("sqlite file");
    // query_only readers see the settings of their own connection.
    CHECK(db->one("SELECT journal_mode FROM pragma_journal_mode")->text(0) == "wal");
    CHECK(db->one("SELECT synchronous FROM pragma_synchronous")->integer(0) == 2);
    CHECK(db->one("SELECT foreign_keys FROM pragma_foreign_keys")->integer(0) == 1);
    const std::int64_t writer = db->write(
        [](Transaction& tx) { return tx.one("SELECT synchronous FROM pragma_synchronous")->integer(0); });
    CHECK(writer == 2);
}

TEST_CASE("writes that wait for one another share a commit") {
    const FreshDatabase db("sqlite file");
    db->execute("CREATE TABLE t (n BIGINT)");
    const DatabaseFigures before = db->figures();
    constexpr std::size_t neighbours = 10;
    std::mutex mutex;
    std::condition_variable changed;
    bool leader_is_inside = false;
    std::thread leader([&] {
        db->write([&](Transaction& tx) {
            tx.execute("INSERT INTO t VALUES (0)");
            {
                const std::lock_guard lock(mutex);
                leader_is_inside = true;
            }
            changed.notify_all();
            while (db->figures().waiting < neighbours) std::this_thread::yield();
        });
    });
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return leader_is_inside; });
    }
    std::atomic<int> refused{0};
    std::vector<std::thread> threads;
    for (std::size_t n = 1; n <= neighbours; ++n)
        threads.emplace_back([&, n] {
            try {
                db->execute(n % 5 == 0 ? "INSERT INTO nowhere VALUES (?)" : "INSERT INTO t VALUES (?)", n);
            } catch (const DatabaseError&) {
                ++refused;
            }
        });
    leader.join();
    for (std::thread& thread : threads) thread.join();
    const DatabaseFigures after = db->figures();
    CHECK(refused == 2);
    CHECK(after.commits == before.commits + 1);
    CHECK(after.writes == before.writes + 1 + neighbours - 2);
    CHECK(db->one("SELECT count(*) FROM t")->integer(0) == 1 + neighbours - 2);
}

TEST_CASE("a kept SELECT * sees a column that came later") {
    const FreshDatabase db(EACH_BACKEND);
    db->execute("CREATE TABLE t (n BIGINT)");
    db->execute("INSERT INTO t VALUES (1)");
    CHECK(db->one("SELECT * FROM t")->columns().names().size() == 1);
    db->execute("ALTER TABLE t ADD COLUMN word TEXT DEFAULT 'later'");
    CHECK(db->one("SELECT * FROM t")->text("word") == "later");
}
