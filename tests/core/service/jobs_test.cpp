// SPDX-License-Identifier: Apache-2.0
#include "service/job_service.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <set>
#include <stdexcept>

#include <mortise/json.h>
#include <mortise/testing/fake_clock.h>

#include "core/service_database/backends.h"
#include "observe/metrics_registry.h"
#include "service/core_migrations.h"

using namespace mortise;
using namespace mortise::service;
using namespace std::chrono_literals;

namespace {

struct JobsNode {
    JobsNode(Database& database, testing::FakeClock& clock, JobsSettings settings = {})
        : jobs(settings, database, clock, *metrics, Log{}) {}

    observe::MetricsRegistry registry;
    std::unique_ptr<Metrics> metrics = registry.for_part("jobs");
    JobService jobs;
};

struct JobsBench {
    explicit JobsBench(const std::string& backend, JobsSettings settings = {})
        : database(backend), settings(settings) {
        migrate(*database, {core_migrations()});
        node = std::make_unique<JobsNode>(*database, clock, settings);
    }
    JobService& jobs() { return node->jobs; }
    JobTable& table() { return node->jobs.table(); }
    JobListing only() {
        const auto all = table().list({});
        REQUIRE(all.size() == 1);
        return all.front();
    }

    test::FreshDatabase database;
    JobsSettings settings;
    testing::FakeClock clock;
    std::unique_ptr<JobsNode> node;
};

}  // namespace

TEST_CASE("a job runs once, with its payload, and is done") {
    JobsBench bench(EACH_BACKEND);
    int runs = 0;
    std::int64_t seen = 0;
    bench.jobs().handle("chat.deliver",
                        [&](const Job& job) {
                            ++runs;
                            seen = job.id;
                            CHECK(job.name == "chat.deliver");
                            CHECK(job.payload.at("to") == "u1");
                            CHECK(job.attempt == 1);
                            CHECK(job.attempts == 10);
                            CHECK(job.fence == 1);
                        },
                        {});
    const auto id = bench.jobs().enqueue({.name = "chat.deliver", .payload = {{"to", "u1"}}});
    CHECK(bench.only().state == JobState::waiting);
    CHECK(bench.jobs().run_due() == 1);
    CHECK(bench.jobs().run_due() == 0);
    CHECK(runs == 1);
    CHECK(seen == id);
    CHECK(bench.only().state == JobState::done);
    CHECK_THAT(bench.node->registry.text(),
               Catch::Contains("mortise_jobs_runs_total{job=\"chat.deliver\",outcome=\"done\"} 1\n"));
}

TEST_CASE("a job enqueued in a transaction exists only if that commits") {
    JobsBench bench(EACH_BACKEND);
    const NewJob job{.name = "chat.deliver"};
    CHECK_THROWS_AS(bench.database->write([&](Transaction& transaction) {
        bench.jobs().enqueue(transaction, job);
        throw std::runtime_error("changed my mind");
    }),
                    std::runtime_error);
    CHECK(bench.table().list({}).empty());
    bench.database->write([&](Transaction& transaction) { bench.jobs().enqueue(transaction, job); });
    CHECK(bench.only().name == "chat.deliver");
}

TEST_CASE("a job is not run before it is due") {
    JobsBench bench(EACH_BACKEND);
    int runs = 0;
    bench.jobs().handle("chat.remind", [&](const Job&) { ++runs; }, {});
    bench.jobs().enqueue({.name = "chat.remind", .due = bench.clock.now() + 10s});
    bench.clock.advance(9'999ms);
    CHECK(bench.jobs().run_due() == 0);
    bench.clock.advance(1ms);
    CHECK(bench.jobs().run_due() == 1);
}

TEST_CASE("a name without a handler waits for a node that has one") {
    JobsBench bench(EACH_BACKEND);
    bench.jobs().enqueue({.name = "posts.index"});
    CHECK(bench.jobs().run_due() == 0);
    CHECK(bench.only().state == JobState::waiting);
    JobsNode other(*bench.database, bench.clock);
    other.jobs.handle("posts.index", [](const Job&) {}, {});
    CHECK(other.jobs.run_due() == 1);
}

TEST_CASE("while a unique key waits or runs another is not added; afterwards it is") {
    JobsBench bench(EACH_BACKEND);
    const NewJob job{.name = "posts.index", .unique_key = "all"};
    std::int64_t while_running = 0;
    bench.jobs().handle("posts.index", [&](const Job&) { while_running = bench.jobs().enqueue(job); }, {});
    const auto first = bench.jobs().enqueue(job);
    CHECK(bench.jobs().enqueue(job) == first);
    CHECK(bench.jobs().run_due() == 1);
    CHECK(while_running == first);
    const auto second = bench.jobs().enqueue(job);
    CHECK(second != first);
    CHECK(bench.jobs().enqueue({.name = "posts.index", .unique_key = "one"}) != second);
    CHECK(bench.jobs().enqueue({.name = "posts.other", .unique_key = "all"}) != second);
}

TEST_CASE("a failed job comes back later each time and is dead in the end, with its error") {
    JobsBench bench(EACH_BACKEND);
    std::vector<int> attempts;
    bench.jobs().handle("mail.send",
                        [&](const Job& job) {
                            attempts.push_back(job.attempt);
                            throw std::runtime_error("no route\xFF");
                        },
                        {.attempts = 3, .first_backoff = 10s, .longest_backoff = 15s});
    bench.jobs().enqueue({.name = "mail.send"});
    CHECK(bench.jobs().run_due() == 1);
    const auto first = bench.only().due - bench.clock.now();
    CHECK(first >= 8s);
    CHECK(first <= 12s);
    bench.clock.advance(7'999ms);
    CHECK(bench.jobs().run_due() == 0);
    bench.clock.advance(5s);
    CHECK(bench.jobs().run_due() == 1);
    const auto second = bench.only().due - bench.clock.now();
    CHECK(second >= 12s);
    CHECK(second <= 18s);
    bench.clock.advance(18s);
    CHECK(bench.jobs().run_due() == 1);
    CHECK(attempts == std::vector<int>{1, 2, 3});
    CHECK(bench.only().state == JobState::dead);
    CHECK(bench.only().error == "no route?");
    bench.clock.advance(24h);
    CHECK(bench.jobs().run_due() == 0);
}

TEST_CASE("a dead job is retried with all its attempts") {
    JobsBench bench(EACH_BACKEND);
    bool works = false;
    bench.jobs().handle("mail.send",
                        [&](const Job&) {
                            if (!works) throw std::runtime_error("down");
                        },
                        {.attempts = 1});
    const auto id = bench.jobs().enqueue({.name = "mail.send", .unique_key = "one"});
    bench.jobs().run_due();
    CHECK(bench.table().list({.state = JobState::dead}).size() == 1);
    CHECK(bench.table().list({.state = JobState::dead, .name = "other"}).empty());
    works = true;
    CHECK(bench.table().retry(id, bench.clock.now()));
    CHECK_FALSE(bench.table().retry(id, bench.clock.now()));
    CHECK(bench.jobs().run_due() == 1);
    CHECK(bench.only().state == JobState::done);
}

TEST_CASE("of dead jobs with one unique key only one is retried") {
    JobsBench bench(EACH_BACKEND);
    bench.jobs().handle("mail.send", [](const Job&) { throw 7; }, {.attempts = 1});
    for (int round = 0; round < 2; ++round) {
        bench.jobs().enqueue({.name = "mail.send", .unique_key = "one"});
        bench.jobs().run_due();
    }
    bench.jobs().enqueue({.name = "mail.send"});
    bench.jobs().run_due();
    CHECK(bench.table().retry_all("mail.send", bench.clock.now()) == 2);
    CHECK(bench.table().retry_all("", bench.clock.now()) == 0);
}

TEST_CASE(
    "a job whose node died runs again after its lease, with a higher fence; the dead one's word is void") {
    JobsBench bench(EACH_BACKEND);
    bench.jobs().enqueue({.name = "chat.deliver"});
    const auto id = bench.only().id;
    const auto held = bench.table().claim(id, bench.clock.now(), bench.clock.now() + 60s);
    REQUIRE(held);
    CHECK(held->fence == 1);
    CHECK_FALSE(bench.table().claim(id, bench.clock.now(), bench.clock.now() + 60s));

    std::int64_t fence = 0;
    bench.jobs().handle("chat.deliver", [&](const Job& job) { fence = job.fence; }, {});
    bench.clock.advance(59'999ms);
    CHECK(bench.jobs().run_due() == 0);
    bench.clock.advance(1ms);
    CHECK(bench.jobs().run_due() == 1);
    CHECK(fence == 2);
    CHECK_FALSE(bench.table().finish(*held, bench.clock.now()));
    CHECK_FALSE(bench.table().fail(*held, "late", bench.clock.now()));
    CHECK_FALSE(bench.table().bury(*held, "late", bench.clock.now()));
    CHECK(bench.only().state == JobState::done);
}

TEST_CASE("a job that kills its node every time is dead in the end too") {
    JobsBench bench(EACH_BACKEND);
    int runs = 0;
    bench.jobs().handle("bad.job", [&](const Job&) { ++runs; }, {.attempts = 2, .lease = 1s});
    bench.jobs().enqueue({.name = "bad.job"});
    const auto id = bench.only().id;
    for (int round = 0; round < 2; ++round) {
        CHECK(bench.table().claim(id, bench.clock.now(), bench.clock.now() + 1s));
        bench.clock.advance(1s);
    }
    bench.jobs().run_due();
    CHECK(runs == 0);
    CHECK(bench.only().state == JobState::dead);
}

TEST_CASE("a schedule runs once a round in the whole cluster and does not make up for missed ones") {
    JobsBench bench(EACH_BACKEND);
    JobsNode other(*bench.database, bench.clock);
    int runs = 0;
    for (JobService* jobs : {&bench.jobs(), &other.jobs}) {
        jobs->handle("posts.publish", [&](const Job&) { ++runs; }, {});
        jobs->every(60s, "posts.publish");
    }
    const auto both = [&] { return bench.jobs().run_due() + other.jobs.run_due(); };
    CHECK(both() == 0);
    bench.clock.advance(60s);
    CHECK(both() == 1);
    CHECK(both() == 0);
    bench.clock.advance(1h);
    CHECK(both() == 1);
    CHECK(runs == 2);
}

TEST_CASE("a daily schedule keeps its time of day") {
    JobsBench bench(EACH_BACKEND);  // it is noon
    std::vector<Time> times;
    bench.jobs().handle("tasks.digest", [&](const Job&) { times.push_back(bench.clock.now()); }, {});
    bench.jobs().daily(3h + 30min, "tasks.digest");
    bench.jobs().run_due();
    for (int quarter = 0; quarter < 4 * 48; ++quarter) {
        bench.clock.advance(15min);
        bench.jobs().run_due();
    }
    REQUIRE(times.size() == 2);
    CHECK(to_rfc3339(times[0]) == "2030-01-02T03:30:00.000Z");
    CHECK(to_rfc3339(times[1]) == "2030-01-03T03:30:00.000Z");
}

TEST_CASE("what is registered or enqueued wrongly is refused") {
    JobsBench bench("sqlite in memory");
    bench.jobs().handle("a.b", [](const Job&) {}, {});
    CHECK_THROWS_AS(bench.jobs().handle("a.b", [](const Job&) {}, {}), std::invalid_argument);
    CHECK_THROWS_AS(bench.jobs().handle("a.c", [](const Job&) {}, {.attempts = 0}), std::invalid_argument);
    CHECK_THROWS_AS(bench.jobs().every(999ms, "a.b"), std::invalid_argument);
    CHECK_THROWS_AS(bench.jobs().daily(24h, "a.b"), std::invalid_argument);
    CHECK_THROWS_AS(bench.jobs().enqueue({.name = "A b"}), std::invalid_argument);
    const JsonObject big{{"text", std::string(2 << 20, 'x')}};
    CHECK_THROWS_AS(bench.jobs().enqueue({.name = "a.b", .payload = big}), std::invalid_argument);
    CHECK(bench.table().list({}).empty());
}

TEST_CASE("ended jobs are kept for their time and then swept") {
    JobsBench bench(EACH_BACKEND);
    bench.jobs().handle("a.b", [](const Job&) {}, {});
    bench.jobs().enqueue({.name = "a.b"});
    bench.jobs().run_due();
    bench.jobs().enqueue({.name = "a.b"});
    bench.clock.advance(1h);
    bench.table().sweep(bench.clock.now() - 1h);
    CHECK(bench.table().list({}).size() == 2);
    bench.table().sweep(bench.clock.now());
    CHECK(bench.only().state == JobState::waiting);
}

TEST_CASE("workers run what is enqueued, at once; stop waits for what runs") {
    JobsBench bench(EACH_BACKEND, {.workers = 3, .poll = 1h});
    std::atomic<int> runs = 0;
    std::promise<void> all;
    bench.jobs().handle("a.b",
                        [&](const Job&) {
                            if (++runs == 100) all.set_value();
                        },
                        {});
    std::promise<void> entered;
    std::promise<void> go_on;
    std::atomic<bool> finished = false;
    bench.jobs().handle("a.slow",
                        [&](const Job&) {
                            entered.set_value();
                            go_on.get_future().wait();
                            finished = true;
                        },
                        {});
    bench.jobs().start();
    // Those of others' transactions first: their commit may come later than anybody looks for it, and the
    // next look is an hour away.
    for (int job = 0; job < 50; ++job)
        bench.database->write(
            [&](Transaction& transaction) { bench.jobs().enqueue(transaction, {.name = "a.b"}); });
    for (int job = 0; job < 50; ++job) bench.jobs().enqueue({.name = "a.b"});
    all.get_future().wait();
    bench.jobs().enqueue({.name = "a.slow"});
    entered.get_future().wait();
    std::thread stopper([&] { bench.jobs().stop(); });
    go_on.set_value();
    stopper.join();
    CHECK(finished);
    CHECK(bench.table().list({.state = JobState::waiting}).empty());
    CHECK(bench.table().list({.state = JobState::running}).empty());
}

TEST_CASE("a stop that runs out of time says so, and a later one waits for what still runs") {
    JobsBench bench("sqlite in memory", {.workers = 2, .poll = 10ms});
    std::promise<void> entered, go_on;
    std::atomic<bool> finished = false;
    bench.jobs().handle("a.slow",
                        [&](const Job&) {
                            entered.set_value();
                            go_on.get_future().wait();
                            finished = true;
                        },
                        {});
    bench.jobs().enqueue({.name = "a.slow"});
    bench.jobs().start();
    entered.get_future().wait();
    CHECK_FALSE(bench.jobs().stop(0ms));
    CHECK_FALSE(bench.jobs().stop(1ms));
    go_on.set_value();
    CHECK(bench.jobs().stop());
    CHECK(finished);
}

TEST_CASE("two nodes at once run every job exactly once while nobody dies") {
    JobsBench bench(EACH_BACKEND, {.workers = 2, .poll = 10ms});
    JobsNode other(*bench.database, bench.clock, bench.settings);
    std::mutex mutex;
    std::multiset<std::int64_t> ran;
    std::promise<void> all;
    const auto handler = [&](const Job& job) {
        const std::lock_guard lock(mutex);
        ran.insert(job.id);
        if (ran.size() == 60) all.set_value();
    };
    bench.jobs().handle("a.b", handler, {});
    other.jobs.handle("a.b", handler, {});
    bench.jobs().start();
    other.jobs.start();
    std::set<std::int64_t> ids;
    for (int job = 0; job < 60; ++job) ids.insert(bench.jobs().enqueue({.name = "a.b"}));
    all.get_future().wait();
    bench.jobs().stop();
    other.jobs.stop();
    CHECK(ran.size() == 60);
    CHECK(std::set<std::int64_t>(ran.begin(), ran.end()) == ids);
}

TEST_CASE("no more of one name run at once than it allows") {
    JobsBench bench("sqlite in memory", {.workers = 4, .poll = 10ms});
    std::atomic<int> inside = 0;
    std::atomic<int> most = 0;
    std::atomic<int> runs = 0;
    std::promise<void> all;
    bench.jobs().handle("a.b",
                        [&](const Job&) {
                            most = std::max(most.load(), ++inside);
                            std::this_thread::yield();
                            --inside;
                            if (++runs == 30) all.set_value();
                        },
                        {.concurrency = 1});
    for (int job = 0; job < 30; ++job) bench.jobs().enqueue({.name = "a.b"});
    bench.jobs().start();
    all.get_future().wait();
    bench.jobs().stop();
    CHECK(most == 1);
}
