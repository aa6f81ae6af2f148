// SPDX-License-Identifier: Apache-2.0
#include "service/database/migrations.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "backends.h"
#include "support/child_process.h"

using namespace mortise;
using mortise::service::migrate;
using mortise::service::Migration;
using mortise::service::MigrationFolder;
using mortise::service::pending;
using mortise::test::ChildProcess;
using mortise::test::FreshDatabase;
using mortise::test::TemporaryFolder;

namespace {

struct Plugins {
    TemporaryFolder folder;
    std::vector<MigrationFolder> all{{"tasks", folder.path() / "tasks"}, {"chat", folder.path() / "chat"}};

    Plugins() {
        folder.write("tasks/0001_tasks.sql",
                     "-- the tasks\nCREATE TABLE tasks (id BIGINT);\nINSERT INTO tasks VALUES (1);\n");
        folder.write("tasks/0002_title.sql",
                     "ALTER TABLE tasks ADD COLUMN title TEXT;\nUPDATE tasks SET title = 'x;y';");
        folder.write("tasks/README.md", "not a migration");
        folder.write("chat/0001_chats.sqlite.sql", "CREATE TABLE chats (made_for TEXT DEFAULT 'sqlite')");
        folder.write("chat/0001_chats.postgresql.sql",
                     "CREATE TABLE chats (made_for TEXT DEFAULT 'postgresql')");
    }
};

std::string told_by(Database& database, const std::vector<MigrationFolder>& folders) {
    std::string told;
    try {
        migrate(database, folders);
    } catch (const std::runtime_error& fault) {
        told = fault.what();
        CHECK_THROWS_WITH(pending(database, folders), told);
    }
    return told;
}

}  // namespace

TEST_CASE("migrations are applied once, in order, each backend its own variant") {
    const FreshDatabase db(EACH_BACKEND);
    const Plugins plugins;
    const std::vector<Migration> all{
        {"tasks", "0001_tasks"}, {"tasks", "0002_title"}, {"chat", "0001_chats"}};
    CHECK(pending(*db, plugins.all) == all);
    CHECK(migrate(*db, plugins.all) == all);
    CHECK(pending(*db, plugins.all).empty());
    CHECK(migrate(*db, plugins.all).empty());
    CHECK(db->one("SELECT title FROM tasks")->text(0) == "x;y");
    db->execute("INSERT INTO chats DEFAULT VALUES");
    CHECK(db->one("SELECT made_for FROM chats")->text(0) ==
          (db->dialect() == Dialect::sqlite ? "sqlite" : "postgresql"));

    plugins.folder.write("tasks/0003_more.sql", "CREATE TABLE more (id BIGINT)");
    CHECK(migrate(*db, plugins.all) == std::vector<Migration>{{"tasks", "0003_more"}});
}

TEST_CASE("a plugin without migrations has none") {
    const FreshDatabase db(EACH_BACKEND);
    const TemporaryFolder empty;
    CHECK(migrate(*db, {{"hello", empty.path() / "migrations"}}).empty());
}

TEST_CASE("an applied migration that has changed or gone is refused, and nothing is applied") {
    const FreshDatabase db(EACH_BACKEND);
    const Plugins plugins;
    migrate(*db, plugins.all);
    plugins.folder.write("chat/0002_more.sql", "CREATE TABLE more (id BIGINT)");
    SECTION("changed") {
        plugins.folder.write("tasks/0001_tasks.sql", "CREATE TABLE tasks (id TEXT)");
        const std::string told = told_by(*db, plugins.all);
        CHECK_THAT(told, Catch::Contains("tasks/0001_tasks.sql"));
        CHECK_THAT(told, Catch::Contains("has changed since"));
    }
    SECTION("gone") {
        std::filesystem::remove(plugins.folder.path() / "tasks/0002_title.sql");
        const std::string told = told_by(*db, plugins.all);
        CHECK_THAT(told, Catch::Contains("0002_title was applied to this database and is gone"));
    }
    CHECK_THROWS_AS(db->query("SELECT id FROM more"), DatabaseError);
}

TEST_CASE("line ends do not change a migration") {
    const FreshDatabase db(EACH_BACKEND);
    const Plugins plugins;
    migrate(*db, plugins.all);
    plugins.folder.write(
        "tasks/0001_tasks.sql",
        "-- the tasks\r\nCREATE TABLE tasks (id BIGINT);\r\nINSERT INTO tasks VALUES (1);\r\n");
    CHECK(migrate(*db, plugins.all).empty());
}

TEST_CASE("files that are named wrongly are told, with what is wrong") {
    const FreshDatabase db(EACH_BACKEND);
    const Plugins plugins;
    std::string wanted;
    SECTION("a gap") {
        plugins.folder.write("tasks/0004_x.sql", "");
        wanted = "0004_x.sql: comes where number 0003 should be";
    }
    SECTION("no number") {
        plugins.folder.write("tasks/tags.sql", "");
        wanted = "tags.sql: must be called 0001_<what>.sql";
    }
    SECTION("an unknown backend") {
        plugins.folder.write("tasks/0003_x.mysql.sql", "");
        wanted = "0003_x.mysql.sql: the backend in its name must be sqlite or postgresql";
    }
    SECTION("two files with one number") {
        plugins.folder.write("tasks/0002_other.sql", "");
        wanted = "0002_title.sql: comes where number 0003 should be";
    }
    CHECK_THAT(told_by(*db, plugins.all), Catch::Contains(wanted));
    CHECK_THROWS_AS(db->query("SELECT id FROM tasks"), DatabaseError);
}

TEST_CASE("a migration that fails names its file and leaves no trace; those before it stand") {
    const FreshDatabase db(EACH_BACKEND);
    const Plugins plugins;
    plugins.folder.write("tasks/0003_broken.sql",
                         "CREATE TABLE half (id BIGINT);\nINSERT INTO nowhere VALUES (1);");
    std::string told;
    try {
        migrate(*db, plugins.all);
    } catch (const std::runtime_error& fault) {
        told = fault.what();
    }
    CHECK_THAT(told, Catch::Contains("0003_broken.sql") && Catch::Contains("nowhere"));
    CHECK_THROWS_AS(db->query("SELECT id FROM half"), DatabaseError);
    CHECK(db->one("SELECT title FROM tasks")->text(0) == "x;y");
    plugins.folder.write("tasks/0003_broken.sql", "CREATE TABLE half (id BIGINT)");
    CHECK(migrate(*db, plugins.all).size() == 2);
}

TEST_CASE("nodes that start at once apply each migration once between them") {
    const FreshDatabase db(EACH_DURABLE_BACKEND);
    const Plugins plugins;
    for (int number = 3; number <= 12; ++number) {
        const std::string name = "t" + std::to_string(number);
        plugins.folder.write(
            "tasks/00" + std::string(number < 10 ? "0" : "") + std::to_string(number) + "_x.sql",
            "CREATE TABLE " + name + " (id BIGINT); INSERT INTO " + name + " VALUES (1);");
    }
    std::vector<std::unique_ptr<ChildProcess>> nodes;
    for (int node = 0; node < 4; ++node)
        nodes.push_back(std::make_unique<ChildProcess>([&](const ChildProcess::Send& send) {
            for (const Migration& applied : migrate(*service::open_database(db.settings), plugins.all))
                send(applied.plugin + "/" + applied.name);
        }));
    std::size_t total = 0;
    for (const auto& node : nodes) {
        for (std::string applied; node->read_line(applied);) ++total;
        CHECK(node->wait() == 0);
    }
    CHECK(total == 13);
    CHECK(db->one("SELECT count(*) FROM t12")->integer(0) == 1);
}
