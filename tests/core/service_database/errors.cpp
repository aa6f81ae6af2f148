// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "backends.h"

using namespace mortise;
using mortise::test::FreshDatabase;
using mortise::test::TemporaryFolder;
using namespace std::chrono_literals;

namespace {

struct Users : FreshDatabase {
    explicit Users(const std::string& backend) : FreshDatabase(backend) {
        opened->write([](Transaction& tx) {
            tx.script(
                "CREATE TABLE users (id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, username TEXT NOT "
                "NULL, "
                "age BIGINT CHECK (age >= 0));"
                "CREATE UNIQUE INDEX users_username_unique ON users (lower(username));"
                "CREATE TABLE notes (author TEXT NOT NULL REFERENCES users (id));"
                "CREATE TABLE later (author TEXT REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED);"
                "INSERT INTO users VALUES ('1', 'a@example.com', 'Ann', 30)");
        });
    }
};

// The error a statement is answered with.
template <class... Parameters>
DatabaseError refusal(Database& db, const char* sql, const Parameters&... parameters) {
    try {
        db.execute(sql, parameters...);
    } catch (const DatabaseError& error) {
        return error;
    }
    throw std::logic_error("nothing was refused");
}

std::string unavailable_detail(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        CHECK(error.code() == Code::unavailable);
        CHECK(error.name() == "database_unavailable");
        CHECK(error.retry_after());
        CHECK(error.public_text() == "The database is not available at the moment.");
        return error.private_detail();
    }
    return "nothing was thrown";
}

}  // namespace

TEST_CASE("a duplicate says which key it is of") {
    const Users db(EACH_BACKEND);
    constexpr const char* insert = "INSERT INTO users VALUES (?, ?, ?, 1)";
    const DatabaseError email = refusal(*db, insert, "2", "a@example.com", "Bob");
    CHECK(email.kind() == DatabaseError::Kind::unique);
    CHECK(email.is_duplicate_of("email"));
    CHECK_FALSE(email.is_duplicate_of("username"));
    CHECK_FALSE(email.is_duplicate_of("mail"));
    const DatabaseError username = refusal(*db, insert, "2", "b@example.com", "ANN");
    CHECK(username.is_duplicate_of("username"));
    CHECK_FALSE(username.is_duplicate_of("email"));
    const DatabaseError id = refusal(*db, insert, "1", "b@example.com", "Bob");
    CHECK(id.is_duplicate_of("users"));
    CHECK_FALSE(id.is_duplicate_of("email"));
}

TEST_CASE("what was duplicated is not told, only where") {
    const Users db(EACH_BACKEND);
    const DatabaseError error = refusal(*db, "INSERT INTO users VALUES ('2', ?, 'x', 1)", "a@example.com");
    CHECK_THAT(error.constraint(), !Catch::Contains("a@example.com"));
    CHECK_THAT(std::string(error.what()), !Catch::Contains("a@example.com"));
}

TEST_CASE("each refusal has its kind") {
    using Kind = DatabaseError::Kind;
    const Users db(EACH_BACKEND);
    CHECK(refusal(*db, "INSERT INTO notes VALUES ('nobody')").kind() == Kind::foreign_key);
    db->execute("INSERT INTO notes VALUES ('1')");
    CHECK(refusal(*db, "DELETE FROM users WHERE id = '1'").kind() == Kind::foreign_key);
    CHECK(refusal(*db, "UPDATE users SET age = -1").kind() == Kind::check);
    CHECK(refusal(*db, "UPDATE users SET email = NULL").kind() == Kind::not_null);
    CHECK(refusal(*db, "UPDATE nowhere SET x = 1").kind() == Kind::statement);
    CHECK(refusal(*db, "UPDATE users SET nothing = 1").kind() == Kind::statement);
    CHECK(refusal(*db, "SELEC 1").kind() == Kind::statement);
    CHECK(refusal(*db, "UPDATE users SET email = \"quoted\"").kind() == Kind::statement);
    CHECK_FALSE(refusal(*db, "UPDATE users SET age = -1").is_duplicate_of("age"));
}

TEST_CASE("the statement that was refused is told, its values are not") {
    const Users db(EACH_BACKEND);
    const DatabaseError error =
        refusal(*db, "UPDATE users SET age = ? WHERE email = ?", -77777, "a@example.com");
    CHECK_THAT(std::string(error.what()), Catch::Contains("UPDATE users SET age = ? WHERE email = ?"));
    CHECK_THAT(std::string(error.what()), !Catch::Contains("77777"));
}

TEST_CASE("a deferred reference that stays open fails its own write and no other") {
    const Users db(EACH_BACKEND);
    std::mutex mutex;
    std::condition_variable changed;
    bool first_is_inside = false;
    std::thread first([&] {
        db->write([&](Transaction& tx) {
            tx.execute("INSERT INTO notes VALUES ('1')");
            std::unique_lock lock(mutex);
            first_is_inside = true;
            changed.notify_all();
            // Let the others queue up, so that on SQLite they share this commit.
            changed.wait_for(lock, 2s, [&] { return db->figures().waiting >= 2; });
        });
    });
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return first_is_inside; });
    }
    std::atomic<int> refused{0};
    std::thread second([&] {
        try {
            db->execute("INSERT INTO later VALUES ('nobody')");
        } catch (const DatabaseError& error) {
            refused += error.kind() == DatabaseError::Kind::foreign_key;
        }
    });
    std::thread third([&] {
        db->write([](Transaction& tx) {
            tx.execute("INSERT INTO later VALUES ('2')");
            tx.execute("INSERT INTO users VALUES ('2', 'b@example.com', 'Bob', 1)");
        });
    });
    while (db->dialect() == Dialect::sqlite && db->figures().waiting < 2) std::this_thread::yield();
    changed.notify_all();
    first.join();
    second.join();
    third.join();
    CHECK(refused == 1);
    CHECK(db->one("SELECT count(*) FROM notes")->integer(0) == 1);
    CHECK(db->one("SELECT count(*) FROM later")->integer(0) == 1);
    CHECK(db->one("SELECT count(*) FROM users")->integer(0) == 2);
}

TEST_CASE("a statement that runs too long is stopped and its caller told to come again") {
    FreshDatabase db(EACH_BACKEND);
    db.settings.statement_timeout = 50ms;
    if (db->dialect() == Dialect::sqlite)
        db.settings.url = "sqlite:" + (db.folder.path() / "slow.db").string();
    db.reopen();
    constexpr const char* endless =
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT "
        "count(*) FROM n";
    CHECK_THAT(unavailable_detail([&] { db->one(endless); }), Catch::Contains("count(*)"));
    CHECK(db->one("SELECT 1 AS n")->integer("n") == 1);
    CHECK_THAT(unavailable_detail([&] { db->write([](Transaction& tx) { tx.one(endless); }); }),
               Catch::Contains("count(*)"));
    db->write([](Transaction& tx) {
        tx.limit_statements(1h);
        tx.one(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT count(*) "
            "FROM n");
    });
}

TEST_CASE("whoever waits too long for a connection is told to come again") {
    FreshDatabase db(EACH_BACKEND);
    db.settings.pool_max = 1;
    db.settings.wait_timeout = 50ms;
    db.reopen();
    db->read([&](Reader& reader) {
        reader.one("SELECT 1 AS n");
        std::string detail;
        std::thread other([&] { detail = unavailable_detail([&] { db->one("SELECT 1 AS n"); }); });
        other.join();
        CHECK_THAT(detail, Catch::Contains("all 1 connections stayed busy for 50 ms"));
    });
    CHECK(db->figures().timeouts == 1);
    CHECK(db->one("SELECT 1 AS n")->integer("n") == 1);
}

TEST_CASE("whoever waits too long for the writer is told to come again") {
    FreshDatabase db(EACH_BACKEND);
    db.settings.pool_max = 1;
    db.settings.wait_timeout = 50ms;
    db.reopen();
    db->execute("CREATE TABLE kept (n BIGINT)");
    db->write([&](Transaction& tx) {
        tx.execute("INSERT INTO kept VALUES (1)");
        std::string detail;
        std::thread other(
            [&] { detail = unavailable_detail([&] { db->execute("INSERT INTO kept VALUES (2)"); }); });
        other.join();
        CHECK_THAT(detail, Catch::Contains("busy for 50 ms"));
    });
    CHECK(db->one("SELECT count(*) FROM kept")->integer(0) == 1);
}

TEST_CASE("a URL that names no database is refused in words for the operator, without its password") {
    service::DatabaseSettings settings;
    settings.url = "mysql://root:secret@host/db";
    CHECK_THROWS_WITH(service::open_database(settings),
                      "database mysql://root:***@host/db: the URL must begin with sqlite: or postgresql://");
    settings.url = "sqlite:";
    CHECK_THROWS_WITH(service::open_database(settings), Catch::Contains("needs a path"));
    CHECK(service::without_password("postgresql://u:p@ss@h:5/d?password=x&a=b") ==
          "postgresql://u:***@h:5/d?password=***&a=b");
    CHECK(service::without_password("postgresql:///d?host=/tmp") == "postgresql:///d?host=/tmp");
    CHECK(service::without_password("postgresql://u@h:5432/d") == "postgresql://u@h:5432/d");
}
