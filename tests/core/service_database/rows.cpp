// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "backends.h"

using namespace mortise;
using mortise::test::FreshDatabase;
using namespace std::chrono_literals;

namespace {

struct Task {
    std::string id;
    std::string title;
    std::optional<std::string> description;
    bool done = false;
    double weight = 0;
    int version = 0;
    Time created_at;
    std::optional<Time> due_date;
};
BOOST_DESCRIBE_STRUCT(Task, (), (id, title, description, done, weight, version, created_at, due_date))

const Time noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + 12h + 120ms};

void make_tasks(Database& db) {
    db.execute(
        "CREATE TABLE tasks (id TEXT PRIMARY KEY, title TEXT NOT NULL, description TEXT, done BOOLEAN NOT "
        "NULL, "
        "weight DOUBLE PRECISION NOT NULL, version BIGINT NOT NULL, created_at BIGINT NOT NULL, due_date "
        "BIGINT)");
    db.execute("INSERT INTO tasks VALUES (?, ?, ?, ?, ?, ?, ?, ?)", "a", "First", std::nullopt, false, 1.5, 1,
               noon, std::optional<Time>{});
    db.execute("INSERT INTO tasks VALUES (?, ?, ?, ?, ?, ?, ?, ?)", std::string("b"),
               std::string_view("Second"), std::optional<std::string>("more"), true, 0.1, 2, noon + 1s,
               std::optional<Time>(noon + 24h));
}

bool is_kind(const DatabaseError& error, DatabaseError::Kind kind) {
    return error.kind() == kind;
}

}  // namespace

#define REQUIRE_DATABASE_ERROR(expression, wanted)                \
    do {                                                          \
        try {                                                     \
            (void)(expression);                                   \
            FAIL("nothing was thrown");                           \
        } catch (const DatabaseError& error) {                    \
            INFO(error.what());                                   \
            REQUIRE(is_kind(error, DatabaseError::Kind::wanted)); \
        }                                                         \
    } while (false)

TEST_CASE("a value comes back as it went in") {
    const FreshDatabase db(EACH_BACKEND);
    db->execute("CREATE TABLE kept (place BIGINT, i BIGINT, r DOUBLE PRECISION, t TEXT, b BYTEA, f BOOLEAN)");
    const std::vector<std::byte> bytes{std::byte{0}, std::byte{255}, std::byte{39}, std::byte{92}};
    const std::string text = "naïve 'quoted' \"text\" \\ ? $1 \xF0\x9F\x98\x80\n";
    db->execute("INSERT INTO kept VALUES (1, ?, ?, ?, ?, ?)", std::numeric_limits<std::int64_t>::min(), 0.1,
                text, bytes, true);
    db->execute("INSERT INTO kept VALUES (2, ?, ?, ?, ?, ?)", std::numeric_limits<std::int64_t>::max(),
                -1e300, "", std::vector<std::byte>{}, false);

    const auto first = db->one("SELECT i, r, t, b, f FROM kept WHERE place = ?", 1);
    REQUIRE(first);
    CHECK(first->integer(0) == std::numeric_limits<std::int64_t>::min());
    CHECK(first->real("r") == 0.1);
    CHECK(first->text("t") == text);
    CHECK(first->get<std::vector<std::byte>>("b") == bytes);
    CHECK(first->flag("f"));
    const auto second = db->one("SELECT i, r, t, b, f FROM kept WHERE place = ?", 2);
    REQUIRE(second);
    CHECK(second->integer(0) == std::numeric_limits<std::int64_t>::max());
    CHECK(second->real(1) == -1e300);
    CHECK(second->text(2).empty());
    CHECK_FALSE(second->is_null(2));
    CHECK(second->bytes(3).empty());
    CHECK_FALSE(second->flag(4));
}

TEST_CASE("a row becomes a described struct by the names of its columns") {
    const FreshDatabase db(EACH_BACKEND);
    make_tasks(*db);
    const auto tasks = db->query_as<Task>("SELECT version, due_date, tasks.* FROM tasks ORDER BY id");
    REQUIRE(tasks.size() == 2);
    CHECK(tasks[0].title == "First");
    CHECK_FALSE(tasks[0].description);
    CHECK_FALSE(tasks[0].done);
    CHECK(tasks[0].weight == 1.5);
    CHECK(tasks[0].created_at == noon);
    CHECK_FALSE(tasks[0].due_date);
    CHECK(tasks[1].description == "more");
    CHECK(tasks[1].done);
    CHECK(tasks[1].version == 2);
    CHECK(tasks[1].due_date == noon + 24h);

    CHECK(db->one_as<Task>("SELECT * FROM tasks WHERE id = ?", "b")->title == "Second");
    CHECK_FALSE(db->one_as<Task>("SELECT * FROM tasks WHERE id = ?", "c"));
    CHECK(db->query_as<Task>("SELECT id FROM tasks WHERE id = ?", "c").empty());
    REQUIRE_DATABASE_ERROR(db->one_as<Task>("SELECT id FROM tasks"), statement);
}

TEST_CASE("a result in memory outlives its connection") {
    const FreshDatabase db(EACH_BACKEND);
    make_tasks(*db);
    auto rows = db->query("SELECT id, title, description FROM tasks ORDER BY id");
    CHECK(db->query("SELECT id FROM tasks WHERE id = ?", "none").empty());
    const Rows moved = std::move(rows);
    REQUIRE(moved.size() == 2);
    std::string seen;
    for (const Row row : moved)
        seen += std::string(row.text("title")) + (row.is_null("description") ? "-;" : "+;");
    CHECK(seen == "First-;Second+;");
    CHECK(moved[1].text(2) == "more");

    std::optional<OwnedRow> row = db->one("SELECT id, title FROM tasks WHERE id = ?", "b");
    const OwnedRow kept = std::move(*row);
    row.reset();
    CHECK(kept.text("title") == "Second");
}

TEST_CASE("a question the row cannot answer is an error, not a zero") {
    const FreshDatabase db(EACH_BACKEND);
    make_tasks(*db);
    const auto row = db->one("SELECT id, description, version FROM tasks WHERE id = ?", "a");
    REQUIRE(row);
    REQUIRE_DATABASE_ERROR(row->text("description"), value);
    REQUIRE_DATABASE_ERROR(row->integer("description"), value);
    REQUIRE_DATABASE_ERROR(row->integer("id"), value);
    REQUIRE_DATABASE_ERROR(row->text("version"), value);
    REQUIRE_DATABASE_ERROR(row->text("titel"), statement);
    REQUIRE_DATABASE_ERROR(row->text(3), statement);
    CHECK(row->get<std::optional<std::string>>("description") == std::nullopt);
    CHECK(row->real("version") == 1.0);
    REQUIRE_DATABASE_ERROR(db->one("SELECT 300 AS n")->get<std::int8_t>("n"), value);
}

TEST_CASE("counts and sums are integers") {
    const FreshDatabase db(EACH_BACKEND);
    make_tasks(*db);
    const auto row =
        db->one("SELECT count(*) AS n, sum(version) AS s, max(title) AS m, avg(version) AS a FROM tasks");
    REQUIRE(row);
    CHECK(row->integer("n") == 2);
    CHECK(row->integer("s") == 3);
    CHECK(row->text("m") == "Second");
    CHECK(row->real("a") == 1.5);
}

TEST_CASE("placeholders are found only where they are placeholders") {
    const FreshDatabase db(EACH_BACKEND);
    const auto row = db->one(
        "SELECT '?' AS q, /* ? */ CAST(?2 AS TEXT) AS b, CAST(? AS TEXT) AS \"c?\", "
        "CAST(?1 AS TEXT) AS a -- ?",
        "one", "two", "three");
    REQUIRE(row);
    CHECK(row->text("q") == "?");
    CHECK(row->text("b") == "two");
    CHECK(row->text("c?") == "three");
    CHECK(row->text("a") == "one");
}

TEST_CASE("the wrong number of values is an error") {
    const FreshDatabase db(EACH_BACKEND);
    make_tasks(*db);
    REQUIRE_DATABASE_ERROR(db->one("SELECT id FROM tasks WHERE id = ?"), statement);
    REQUIRE_DATABASE_ERROR(db->one("SELECT id FROM tasks WHERE id = ?", "a", "b"), statement);
}

TEST_CASE("text with U+0000 is refused as the client's fault") {
    const FreshDatabase db(EACH_BACKEND);
    make_tasks(*db);
    try {
        db->execute("UPDATE tasks SET title = ?", std::string_view("a\0b", 3));
        FAIL("nothing was thrown");
    } catch (const Error& error) {
        CHECK(error.code() == Code::unprocessable);
    }
    CHECK(db->one("SELECT title FROM tasks WHERE id = ?", "a")->text(0) == "First");
}

TEST_CASE("a text is found by LIKE wherever it stands, whatever stands for more there") {
    const FreshDatabase db(EACH_BACKEND);
    const auto holds = [&](const char* whole, const char* part) {
        return db->one("SELECT 1 WHERE CAST(? AS TEXT) LIKE ? ESCAPE '\\'", whole, like_containing(part))
            .has_value();
    };
    CHECK(holds("fifty", ""));
    CHECK(holds("50% of it", "0% o"));
    CHECK_FALSE(holds("500 of it", "0% o"));
    CHECK(holds("a_b", "_"));
    CHECK_FALSE(holds("a-b", "_"));
    CHECK(holds("a\\b", "\\"));
    CHECK_FALSE(holds("ab", "\\"));
}

TEST_CASE("LIKE minds the case and LIMIT takes a value") {
    const FreshDatabase db(EACH_BACKEND);
    make_tasks(*db);
    CHECK(db->query("SELECT id FROM tasks WHERE title LIKE ?", "first").empty());
    CHECK(db->query("SELECT id FROM tasks WHERE lower(title) LIKE ?", "f%").size() == 1);
    CHECK(db->query("SELECT id FROM tasks ORDER BY id LIMIT ?", 1).size() == 1);
    CHECK(db->query("SELECT id FROM tasks WHERE done = ?", true).size() == 1);
    CHECK(db->query("SELECT id FROM tasks WHERE done = TRUE").size() == 1);
}

TEST_CASE("a query may run while the same query is being stepped through") {
    const FreshDatabase db(EACH_BACKEND);
    make_tasks(*db);
    const std::string seen = db->read([](Reader& reader) {
        std::string pairs;
        for (const Row& outer : reader.query("SELECT id FROM tasks ORDER BY id"))
            for (const Row& inner : reader.query("SELECT id FROM tasks ORDER BY id"))
                pairs += std::string(outer.text(0)) + std::string(inner.text(0)) + " ";
        return pairs;
    });
    CHECK(seen == "aa ab ba bb ");
}

TEST_CASE("the values of a stepped query need not outlive the call") {
    const FreshDatabase db(EACH_BACKEND);
    make_tasks(*db);
    const std::size_t found = db->read([](Reader& reader) {
        std::size_t rows = 0;
        auto cursor = reader.query("SELECT id FROM tasks WHERE title = ?", std::string("Second"));
        const std::string other(200, 'x');
        while (cursor.next()) rows += other.size() / 200;
        return rows;
    });
    CHECK(found == 1);
}

TEST_CASE("a query that steps through many rows sees them all") {
    const FreshDatabase db(EACH_BACKEND);
    db->execute("CREATE TABLE numbers (n BIGINT PRIMARY KEY)");
    db->write([](Transaction& tx) {
        for (int n = 1; n <= 1'000; ++n) tx.execute("INSERT INTO numbers VALUES (?)", n);
    });
    const std::int64_t sum = db->read([](Reader& reader) {
        std::int64_t total = 0;
        for (const Row& row : reader.query("SELECT n FROM numbers WHERE n > ? ORDER BY n", 0))
            total += row.integer(0);
        return total;
    });
    CHECK(sum == 500'500);
}

TEST_CASE("a statement put together at run time takes its values in a list") {
    const FreshDatabase db(EACH_BACKEND);
    make_tasks(*db);
    const std::vector<std::string> ids{"a", "b", "c"};
    std::string marks;
    std::vector<Value> values;
    for (const std::string& id : ids) {
        marks += marks.empty() ? "?" : ", ?";
        values.emplace_back(id);
    }
    CHECK(db->query("SELECT id FROM tasks WHERE id IN (" + marks + ")", values).size() == 2);
    CHECK(db->query_as<Task>("SELECT * FROM tasks WHERE id IN (" + marks + ")", values).size() == 2);
    CHECK(db->execute("DELETE FROM tasks WHERE id IN (" + marks + ")", std::span<const Value>(values)) == 2);
    CHECK(db->query("SELECT id FROM tasks", std::vector<Value>{}).empty());
}
