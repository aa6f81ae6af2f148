// SPDX-License-Identifier: Apache-2.0
// The parts both backends are made of.
#include <atomic>
#include <chrono>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "service/database/query_meter.h"
#include "service/database/sql_text.h"
#include "service/database/statement_cache.h"
#include "service/database/unavailable.h"
#include "service/pool.h"

using namespace mortise;
using namespace mortise::service;
using namespace std::chrono_literals;

namespace {

struct Connection {
    explicit Connection(int its_number) : number(its_number) {}
    bool usable() noexcept { return alive; }
    bool broken() const noexcept { return !alive; }
    int number;
    bool alive = true;
};

struct CountedPool {
    std::atomic<int> opened{0};
    std::atomic<bool> fails{false};
    Pool<Connection> pool;
    explicit CountedPool(std::size_t max, std::chrono::milliseconds wait = 5s)
        : pool(PoolLimits{0, max, wait, 60s, &database_unavailable}, [this] {
              if (fails) throw std::runtime_error("nobody answers");
              return std::make_unique<Connection>(++opened);
          }) {}
    std::size_t waiting() const { return figures().waiting; }
    DatabaseFigures figures() const {
        DatabaseFigures read;
        pool.read_into(read);
        return read;
    }
};

struct Statement {
    explicit Statement(std::string its_sql) : text(std::move(its_sql)) {}
    std::string_view sql() const { return text; }
    bool in_use() const { return used; }
    std::string text;
    bool used = false;
};

}  // namespace

TEST_CASE("placeholders are numbered where they are code, and nowhere else") {
    const auto check = [](const char* sql, const char* wanted) {
        CHECK(with_numbered_placeholders(sql) == wanted);
    };
    check("SELECT 1", "SELECT 1");
    check("a = ? AND b = ?", "a = $1 AND b = $2");
    check("?2 ?1 ?", "$2 $1 $3");
    check("'?' ? '''?' ?", "'?' $1 '''?' $2");
    check("\"?\" ? \"\"\"?\" ?", "\"?\" $1 \"\"\"?\" $2");
    check("? -- ?\n?", "$1 -- ?\n$2");
    check("/* ? /* ? */ ? */ ?", "/* ? /* ? */ ? */ $1");
    check("$$ ? $$ ? $tag$ ? $$ ? $tag$ ?", "$$ ? $$ $1 $tag$ ? $$ ? $tag$ $2");
    check("a$b$? ?", "a$b$$1 $2");
    check("E'\\'?' ? e'\\\\' ?", "E'\\'?' $1 e'\\\\' $2");
    check("nice'?' ?", "nice'?' $1");
    check("'never closed ?", "'never closed ?");
    check("/* never closed ?", "/* never closed ?");
    check("a - ? / ? ", "a - $1 / $2 ");
}

TEST_CASE("the first word of a statement is found behind blanks, comments and brackets") {
    CHECK(first_word("select 1") == "SELECT");
    CHECK(first_word(" \n-- x\n /* y /* z */ */ (Select 1)") == "SELECT");
    CHECK(first_word("; ;COMMIT") == "COMMIT");
    CHECK(first_word("-- nothing").empty());
    CHECK(first_word("").empty());
}

TEST_CASE("a connection is used again before another is opened") {
    CountedPool counted(3);
    { const auto first = counted.pool.take(); }
    const auto again = counted.pool.take();
    CHECK(again->number == 1);
    const auto second = counted.pool.take();
    CHECK(second->number == 2);
    CHECK(counted.figures().active == 2);
    CHECK(counted.figures().limit == 3);
}

TEST_CASE("who waits is served in the order they came") {
    CountedPool counted(1);
    std::vector<int> order;
    std::vector<std::thread> waiters;
    {
        const auto held = counted.pool.take();
        for (int waiter = 0; waiter < 5; ++waiter) {
            waiters.emplace_back([&, waiter] {
                const auto connection = counted.pool.take();
                order.push_back(waiter);  // only the holder of the one connection is here
            });
            while (counted.waiting() != static_cast<std::size_t>(waiter) + 1) std::this_thread::yield();
        }
    }
    for (std::thread& waiter : waiters) waiter.join();
    CHECK(order == std::vector<int>{0, 1, 2, 3, 4});
    CHECK(counted.opened == 1);
}

TEST_CASE("a broken connection makes room for the one who waits") {
    CountedPool counted(1);
    int got = 0;
    std::thread waiter;
    {
        const auto held = counted.pool.take();
        waiter = std::thread([&] { got = counted.pool.take()->number; });
        while (counted.waiting() != 1) std::this_thread::yield();
        held->alive = false;
    }
    waiter.join();
    CHECK(got == 2);
    CHECK(counted.figures().idle == 1);
}

TEST_CASE("connections that died while idle are replaced") {
    CountedPool counted(2);
    Connection* kept = nullptr;
    {
        const auto first = counted.pool.take();
        kept = &*first;
    }
    kept->alive = false;
    CHECK(counted.pool.take()->number == 2);
    CHECK(counted.figures().idle == 1);
}

TEST_CASE("a failed attempt to connect takes no place in the pool") {
    CountedPool counted(1);
    counted.fails = true;
    CHECK_THROWS_AS(counted.pool.take(), std::runtime_error);
    CHECK_THROWS_AS(counted.pool.take(), std::runtime_error);
    counted.fails = false;
    CHECK(counted.pool.take()->number == 1);
}

TEST_CASE("waiting in vain is counted and leaves no trace") {
    CountedPool counted(1, 20ms);
    {
        const auto held = counted.pool.take();
        CHECK_THROWS_AS(counted.pool.take(), Error);
    }
    CHECK(counted.figures().timeouts == 1);
    CHECK(counted.figures().waiting == 0);
    CHECK(counted.pool.take()->number == 1);
}

TEST_CASE("the statement cache keeps what was used last, and what is in use") {
    StatementCache<Statement> cache(2);
    Statement& one = cache.keep(std::make_unique<Statement>("one"));
    cache.keep(std::make_unique<Statement>("two"));
    CHECK(cache.find("one") == &one);
    cache.keep(std::make_unique<Statement>("three"));
    CHECK(cache.find("two") == nullptr);
    CHECK(cache.find("one") == &one);
    one.used = true;
    CHECK(cache.find("one") == nullptr);
    Statement& twin = cache.keep(std::make_unique<Statement>("one"));
    CHECK(cache.find("one") == &twin);
    CHECK(cache.find("three") == nullptr);
    cache.drop(twin);
    CHECK(cache.size() == 1);
    one.used = false;
    CHECK(cache.find("one") == &one);
}

TEST_CASE("each query time falls into the bucket whose bound it does not pass") {
    QueryMeter meter;
    meter.statement_took(50us);
    meter.statement_took(51us);
    meter.statement_took(1h);
    DatabaseFigures figures;
    meter.read_into(figures);
    CHECK(figures.query_times[0] == 1);
    CHECK(figures.query_times[1] == 1);
    CHECK(figures.query_times.back() == 1);
    CHECK(figures.queries == 3);
    CHECK(figures.query_time_total == 1h + 101us);
}
