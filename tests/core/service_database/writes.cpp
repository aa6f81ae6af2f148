// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "backends.h"

using namespace mortise;
using mortise::test::FreshDatabase;

namespace {

struct Accounts : FreshDatabase {
    explicit Accounts(const std::string& backend) : FreshDatabase(backend) {
        opened->execute("CREATE TABLE accounts (name TEXT PRIMARY KEY, balance BIGINT NOT NULL)");
        opened->execute("INSERT INTO accounts VALUES ('a', 100)");
        opened->execute("INSERT INTO accounts VALUES ('b', 0)");
    }
    std::int64_t balance(const char* name) const {
        return opened->one("SELECT balance FROM accounts WHERE name = ?", name)->integer(0);
    }
    std::int64_t count() const { return opened->one("SELECT count(*) FROM accounts")->integer(0); }
};

void move_money(Transaction& tx, std::int64_t amount) {
    tx.execute("UPDATE accounts SET balance = balance - ? WHERE name = 'a'", amount);
    tx.execute("UPDATE accounts SET balance = balance + ? WHERE name = 'b'", amount);
}

}  // namespace

TEST_CASE("a write returns what its function returns, and its changes stand") {
    const Accounts db(EACH_BACKEND);
    const std::string said = db->write([](Transaction& tx) {
        move_money(tx, 30);
        return std::string("moved ") +
               std::to_string(tx.one("SELECT balance FROM accounts WHERE name = 'b'")->integer(0));
    });
    CHECK(said == "moved 30");
    CHECK(db.balance("a") == 70);
    CHECK(db.balance("b") == 30);
}

TEST_CASE("execute tells how many rows it changed") {
    const Accounts db(EACH_BACKEND);
    CHECK(db->execute("UPDATE accounts SET balance = 5") == 2);
    CHECK(db->execute("UPDATE accounts SET balance = 5 WHERE name = 'nobody'") == 0);
    CHECK(db->execute("INSERT INTO accounts VALUES ('c', 1) ON CONFLICT DO NOTHING") == 1);
    CHECK(db->execute("INSERT INTO accounts VALUES ('c', 1) ON CONFLICT DO NOTHING") == 0);
    CHECK(db->execute("DELETE FROM accounts") == 3);
    CHECK(db->execute("CREATE TABLE others (id BIGINT)") == 0);
}

TEST_CASE("what a write function throws arrives, and it leaves nothing behind") {
    const Accounts db(EACH_BACKEND);
    CHECK_THROWS_AS(db->write([](Transaction& tx) {
        move_money(tx, 30);
        throw Error(Code::conflict, "changed my mind");
    }),
                    Error);
    CHECK_THROWS_WITH(db->write([](Transaction& tx) {
        for (const Row& row : tx.query("SELECT name FROM accounts"))
            throw std::runtime_error(std::string(row.text(0)));
    }),
                      "a");
    CHECK(db.balance("a") == 100);
    CHECK(db.balance("b") == 0);
    db->write([](Transaction& tx) { move_money(tx, 1); });
    CHECK(db.balance("b") == 1);
}

TEST_CASE("a statement that failed fails its write even when the exception is caught") {
    const Accounts db(EACH_BACKEND);
    bool refused_after = false;
    CHECK_THROWS_AS(db->write([&](Transaction& tx) {
        tx.execute("INSERT INTO accounts VALUES ('c', 1)");
        CHECK_THROWS_AS(tx.execute("INSERT INTO accounts VALUES ('a', 1)"), DatabaseError);
        try {
            tx.one("SELECT 1");
        } catch (const DatabaseError& error) {
            refused_after = error.is_duplicate_of("name") || error.is_duplicate_of("accounts");
        }
    }),
                    DatabaseError);
    CHECK(refused_after);
    CHECK(db.count() == 2);
}

TEST_CASE("RETURNING answers rows, and its write stands") {
    const Accounts db(EACH_BACKEND);
    const auto next = [](Transaction& tx) {
        return tx.one("UPDATE accounts SET balance = balance + 1 WHERE name = ? RETURNING balance", "b")
            ->integer(0);
    };
    CHECK(db->write(next) == 1);
    CHECK(db->write(next) == 2);
    const std::size_t inserted = db->write([](Transaction& tx) {
        return tx.rows("INSERT INTO accounts VALUES ('x', 1), ('y', 2) RETURNING name").size();
    });
    CHECK(inserted == 2);
    CHECK(db.count() == 4);
}

TEST_CASE("a function cannot end the transaction around it") {
    const Accounts db(EACH_BACKEND);
    for (const char* words :
         {"COMMIT", " rollback", "/* hm */ BEGIN", "-- x\nSAVEPOINT a", "PRAGMA foreign_keys=OFF"}) {
        INFO(words);
        CHECK_THROWS_AS(db->write([&](Transaction& tx) { tx.execute(words); }), DatabaseError);
        CHECK_THROWS_AS(db->read([&](Reader& reader) { reader.one(words); }), DatabaseError);
    }
    CHECK_THROWS_AS(db->execute("INSERT INTO accounts VALUES ('c', 1); COMMIT"), DatabaseError);
    CHECK(db.count() == 2);
}

TEST_CASE("a read may not write") {
    const Accounts db(EACH_BACKEND);
    CHECK_THROWS_AS(db->query("INSERT INTO accounts VALUES ('c', 1) RETURNING name"), DatabaseError);
    CHECK_THROWS_AS(
        db->read([](Reader& reader) { return reader.rows("DELETE FROM accounts RETURNING name").size(); }),
        DatabaseError);
    CHECK(db.count() == 2);
}

TEST_CASE("a call inside a function is refused instead of waiting for itself") {
    const Accounts db(EACH_BACKEND);
    CHECK_THROWS_AS(db->write([&](Transaction&) { db->execute("DELETE FROM accounts"); }), std::logic_error);
    CHECK_THROWS_AS(db->write([&](Transaction&) { db.count(); }), std::logic_error);
    CHECK_THROWS_AS(db->read([&](Reader&) { db->execute("DELETE FROM accounts"); }), std::logic_error);
    CHECK_THROWS_AS(db->read([&](Reader&) { db.count(); }), std::logic_error);
    CHECK(db.count() == 2);
    const FreshDatabase other("sqlite in memory");
    CHECK(db->write([&](Transaction&) { return other->one("SELECT 1 AS n")->integer("n"); }) == 1);
}

TEST_CASE("a cursor that outlived its function is refused") {
    const Accounts db(EACH_BACKEND);
    std::optional<Cursor> kept;
    db->read([&](Reader& reader) { kept.emplace(reader.query("SELECT name FROM accounts")); });
    db->read([&](Reader& reader) { reader.one("SELECT name FROM accounts"); });
    CHECK_THROWS_AS(kept->next(), DatabaseError);
}

TEST_CASE("a write is seen by every read that follows it") {
    const Accounts db(EACH_BACKEND);
    for (int round = 1; round <= 50; ++round) {
        db->execute("UPDATE accounts SET balance = ? WHERE name = 'a'", round);
        REQUIRE(db.balance("a") == round);
    }
}

TEST_CASE("the queries of one read see one moment") {
    const Accounts db(EACH_DURABLE_BACKEND);  // in memory, readers and the writer take turns
    db->read([&](Reader& reader) {
        const auto balance = [&] {
            return reader.one("SELECT balance FROM accounts WHERE name = 'a'")->integer(0);
        };
        const std::int64_t before = balance();
        std::thread([&] { db->write([](Transaction& tx) { move_money(tx, 10); }); }).join();
        CHECK(balance() == before);
        CHECK(reader.one("SELECT sum(balance) FROM accounts")->integer(0) == 100);
    });
    CHECK(db.balance("a") == 90);
}

TEST_CASE("concurrent writes all stand, and neighbours that throw do not touch them") {
    const Accounts db(EACH_BACKEND);
    constexpr int threads = 8;
    constexpr int rounds = 40;
    std::atomic<int> thrown{0};
    std::vector<std::thread> writers;
    for (int thread = 0; thread < threads; ++thread)
        writers.emplace_back([&, thread] {
            for (int round = 0; round < rounds; ++round) {
                const std::string name = std::to_string(thread) + ":" + std::to_string(round);
                try {
                    db->write([&](Transaction& tx) {
                        tx.execute("INSERT INTO accounts VALUES (?, 1)", name);
                        if (round % 4 == 1) throw std::runtime_error(name);
                        if (round % 4 == 3) tx.execute("INSERT INTO accounts VALUES (?, 1)", name);
                    });
                } catch (const DatabaseError&) {
                    ++thrown;
                } catch (const std::runtime_error& error) {
                    if (error.what() == name) ++thrown;
                }
            }
        });
    for (std::thread& writer : writers) writer.join();
    CHECK(thrown == threads * rounds / 2);
    CHECK(db.count() == 2 + threads * rounds / 2);
    const DatabaseFigures figures = db->figures();
    CHECK(figures.writes == 3 + threads * rounds / 2);
    CHECK(figures.commits <= figures.writes);
    CHECK(figures.waiting == 0);
}

TEST_CASE("reads go on while writes do") {
    const Accounts db(EACH_BACKEND);
    std::atomic<bool> over{false};
    std::atomic<int> torn{0};
    std::vector<std::thread> readers;
    for (int reader = 0; reader < 3; ++reader)
        readers.emplace_back([&] {
            while (!over)
                if (db->one("SELECT sum(balance) AS s FROM accounts")->integer("s") != 100) ++torn;
        });
    for (int round = 0; round < 100; ++round) db->write([](Transaction& tx) { move_money(tx, 1); });
    over = true;
    for (std::thread& reader : readers) reader.join();
    CHECK(torn == 0);
    CHECK(db.balance("b") == 100);
}

TEST_CASE("a check and the write that follows it are one under a lock") {
    const Accounts db(EACH_BACKEND);
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 6; ++writer)
        writers.emplace_back([&, writer] {
            db->write([&](Transaction& tx) {
                tx.lock("accounts");
                if (tx.one("SELECT count(*) FROM accounts")->integer(0) >= 4) return;
                tx.execute("INSERT INTO accounts VALUES (?, 0)", std::to_string(writer));
            });
        });
    for (std::thread& writer : writers) writer.join();
    CHECK(db.count() == 4);
}

TEST_CASE("a script runs its statements one after the other") {
    const Accounts db(EACH_BACKEND);
    db->write([](Transaction& tx) {
        tx.script(
            "-- two tables\nCREATE TABLE one (id BIGINT);\nCREATE TABLE two (id BIGINT); "
            "INSERT INTO one VALUES (1), (2); INSERT INTO two SELECT id FROM one; -- done\n");
    });
    CHECK(db->one("SELECT count(*) FROM two")->integer(0) == 2);
    CHECK_THROWS_AS(db->write([](Transaction& tx) { tx.script("DELETE FROM one; SELECT nonsense; "); }),
                    DatabaseError);
    CHECK(db->one("SELECT count(*) FROM one")->integer(0) == 2);
}

TEST_CASE("the figures count what was done") {
    const Accounts db(EACH_BACKEND);
    const DatabaseFigures before = db->figures();
    for (int round = 0; round < 5; ++round) db.balance("a");
    CHECK_THROWS_AS(db->query("SELECT nonsense"), DatabaseError);
    db->execute("UPDATE accounts SET balance = 1");
    const DatabaseFigures after = db->figures();
    CHECK(after.queries >= before.queries + 6);
    CHECK(after.failures == before.failures + 1);
    CHECK(after.writes == before.writes + 1);
    CHECK(after.commits == before.commits + 1);
    CHECK(after.active == 0);
    CHECK(after.idle >= 1);
    CHECK(after.query_time_total > before.query_time_total);
    std::uint64_t counted = 0;
    for (const std::uint64_t count : after.query_times) counted += count;
    CHECK(counted == after.queries);
}

TEST_CASE("a copy of a function passed by reference calls that function, whatever becomes of the original") {
    std::string called;
    auto first = [&](int&) { called += "first"; };
    auto second = [&](int&) { called += "second"; };
    Work<int> original(first);
    const Work<int> copy(original);
    original = Work<int>(second);
    int session = 0;
    copy(session);
    CHECK(called == "first");
}
