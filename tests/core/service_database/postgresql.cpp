// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "backends.h"
#include "support/postgres.h"

using namespace mortise;
using mortise::test::FreshDatabase;
using mortise::test::Postgres;
using namespace std::chrono_literals;

namespace {

service::DatabaseSettings settings_for(const std::string& url) {
    service::DatabaseSettings settings;
    settings.url = url;
    settings.connect_timeout = 2s;
    return settings;
}

// One that may be stopped and started: the shared one is everybody's.
Postgres& restartable() {
    static Postgres server;
    return server;
}

// Calls until it is not refused as unavailable; how often it was.
template <class Call>
int refusals_before_success(Call call) {
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    for (int refusals = 0;; ++refusals) {
        try {
            call();
            return refusals;
        } catch (const Error& error) {
            REQUIRE(error.code() == Code::unavailable);
            REQUIRE(std::chrono::steady_clock::now() < deadline);
        }
    }
}

}  // namespace

TEST_CASE("a PostgreSQL that restarts is found again without a failed request") {
    Postgres& server = restartable();
    const auto db = service::open_database(settings_for(server.fresh_database()));
    db->execute("CREATE TABLE t (n BIGINT)");
    db->execute("INSERT INTO t VALUES (1)");
    db->read([&](Reader& reader) {
        reader.one("SELECT n FROM t");
        std::thread([&] { db->one("SELECT n FROM t"); }).join();  // so that there are two connections to lose
    });
    server.stop();
    server.start();
    CHECK(db->one("SELECT n FROM t")->integer(0) == 1);
    CHECK(db->execute("UPDATE t SET n = 2") == 1);
    CHECK(db->write([](Transaction& tx) { return tx.one("SELECT n FROM t")->integer(0); }) == 2);
}

TEST_CASE("while PostgreSQL is away every call is told to come again, soon, and then all is well by itself") {
    Postgres& server = restartable();
    const auto db = service::open_database(settings_for(server.fresh_database()));
    db->execute("CREATE TABLE t (n BIGINT)");
    server.stop();
    for (int call = 0; call < 20; ++call) {
        CHECK_THROWS_AS(db->one("SELECT n FROM t"), Error);
        CHECK_THROWS_AS(db->execute("INSERT INTO t VALUES (1)"), Error);
    }
    server.start();
    refusals_before_success([&] { db->execute("INSERT INTO t VALUES (1)"); });
    CHECK(db->one("SELECT count(*) FROM t")->integer(0) == 1);
    CHECK(db->figures().active == 0);
}

TEST_CASE("a database can be opened before its server is up") {
    Postgres& server = restartable();
    const std::string url = server.fresh_database();
    server.stop();
    const auto db = service::open_database(settings_for(url));
    CHECK_THROWS_AS(db->one("SELECT 1 AS n"), Error);
    server.start();
    refusals_before_success([&] { db->one("SELECT 1 AS n"); });
}

TEST_CASE("what was acknowledged while the server was restarting is there") {
    Postgres& server = restartable();
    const auto db = service::open_database(settings_for(server.fresh_database()));
    db->execute("CREATE TABLE t (n BIGINT PRIMARY KEY)");
    std::atomic<bool> over{false};
    std::atomic<std::int64_t> next{0};
    std::atomic<std::int64_t> acknowledged{0};
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 4; ++writer)
        writers.emplace_back([&] {
            while (!over) {
                try {
                    db->write([n = ++next](Transaction& tx) { tx.execute("INSERT INTO t VALUES (?)", n); });
                    ++acknowledged;
                } catch (const Error&) {
                }
            }
        });
    for (int round = 0; round < 2; ++round) {
        const std::int64_t before = acknowledged;
        while (acknowledged < before + 200) std::this_thread::yield();
        server.stop();
        server.start();
    }
    const std::int64_t before = acknowledged;
    while (acknowledged < before + 200) std::this_thread::yield();
    over = true;
    for (std::thread& writer : writers) writer.join();
    // A COMMIT whose answer was lost may stand too: never fewer rows than answers.
    CHECK(db->one("SELECT count(*) FROM t")->integer(0) >= acknowledged);
}

TEST_CASE("a connection the server has ended is replaced, its neighbours stay") {
    const FreshDatabase db("postgresql");
    const auto backend = [&] { return db->one("SELECT pg_backend_pid() AS pid")->integer("pid"); };
    const std::int64_t first = backend();
    REQUIRE(backend() == first);
    Postgres::shared().run("SELECT pg_terminate_backend(" + std::to_string(first) + ", 5000)");
    CHECK(backend() != first);
}

TEST_CASE("a write whose connection is lost before its COMMIT is run again") {
    const FreshDatabase db("postgresql");
    db->execute("CREATE TABLE t (n BIGINT)");
    int runs = 0;
    db->write([&](Transaction& tx) {
        tx.execute("INSERT INTO t VALUES (1)");
        const std::int64_t own = tx.one("SELECT pg_backend_pid() AS pid")->integer("pid");
        if (++runs == 1)
            Postgres::shared().run("SELECT pg_terminate_backend(" + std::to_string(own) + ", 5000)");
        tx.execute("INSERT INTO t VALUES (2)");
    });
    CHECK(runs == 2);
    CHECK(db->one("SELECT count(*) FROM t")->integer(0) == 2);
}

TEST_CASE("writes that block each other for ever are untangled and both stand") {
    const FreshDatabase db("postgresql");
    db->execute("CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)");
    db->execute("INSERT INTO t VALUES (1, 0), (2, 0)");
    std::atomic<int> holding{0};
    const auto add_to = [&](std::int64_t first, std::int64_t second) {
        bool waited = false;
        db->write([&](Transaction& tx) {
            tx.execute("UPDATE t SET n = n + 1 WHERE id = ?", first);
            ++holding;
            while (!waited && holding < 2) std::this_thread::yield();
            waited = true;
            tx.execute("UPDATE t SET n = n + 1 WHERE id = ?", second);
        });
    };
    std::thread other([&] { add_to(2, 1); });
    add_to(1, 2);
    other.join();
    CHECK(db->one("SELECT sum(n) FROM t")->integer(0) == 4);
    CHECK(holding >= 3);  // one of them ran twice
}

TEST_CASE("reads that may be a moment behind go to a replica, all others to the primary") {
    FreshDatabase db("postgresql");
    // A database of its own stands in for the replica: what it holds tells who answered.
    FreshDatabase replica("postgresql");
    for (FreshDatabase* place : {&db, &replica}) {
        (*place)->execute("CREATE TABLE who (name TEXT)");
        (*place)->execute("INSERT INTO who VALUES (?)", place == &db ? "primary" : "replica");
    }
    constexpr const char* who = "SELECT name FROM who";
    db.settings.replicas = {replica.settings.url};
    db.reopen();
    CHECK(db->query(Reading::replica_ok, who)[0].text(0) == "replica");
    {
        const PrimaryReads scope;
        CHECK(db->query(Reading::replica_ok, who)[0].text(0) == "primary");
    }
    CHECK(db->read(Reading::replica_ok,
                   [&](Reader& reader) { return std::string(reader.one(who)->text(0)); }) == "replica");
    CHECK(db->query(who)[0].text(0) == "primary");
    CHECK(db->one(who)->text(0) == "primary");
    CHECK(db->read([&](Reader& reader) { return std::string(reader.one(who)->text(0)); }) == "primary");

    db.settings.replicas = {"postgresql://mortise@/postgres?host=/nowhere", replica.settings.url};
    db.reopen();
    for (int call = 0; call < 4; ++call) CHECK(db->query(Reading::replica_ok, who)[0].text(0) == "replica");
    db.settings.replicas = {"postgresql://mortise@/postgres?host=/nowhere"};
    db.reopen();
    for (int call = 0; call < 4; ++call) CHECK(db->query(Reading::replica_ok, who)[0].text(0) == "primary");
}

TEST_CASE("more statements than are kept are forgotten on the server too") {
    const FreshDatabase db("postgresql");
    db->read([](Reader& reader) {
        for (int n = 0; n < 600; ++n) {
            const auto row = reader.one("SELECT " + std::to_string(n) + " AS n, CAST(? AS BIGINT) AS m", n);
            REQUIRE(row->integer("n") == row->integer("m"));
        }
        CHECK(reader.one("SELECT count(*) FROM pg_prepared_statements")->integer(0) <= 260);
    });
}

TEST_CASE("types only PostgreSQL has come as text") {
    const FreshDatabase db("postgresql");
    const auto row = db->one(
        "SELECT 12.50::numeric AS price, '{\"a\": 1}'::jsonb AS doc, 7::int2 AS small, "
        "1.5::float4 AS real, 'infinity'::float8 AS far");
    CHECK(row->text("price") == "12.50");
    CHECK(row->real("price") == 12.5);
    CHECK(row->text("doc") == "{\"a\": 1}");
    CHECK(row->integer("small") == 7);
    CHECK(row->real("real") == 1.5);
    CHECK(row->real("far") == std::numeric_limits<double>::infinity());
}
