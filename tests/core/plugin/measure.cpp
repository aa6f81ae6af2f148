// SPDX-License-Identifier: Apache-2.0
// Figures for the room's card: test-plugin "[.measure]". Prints, checks nothing.
#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <latch>
#include <semaphore>
#include <thread>
#include <vector>

#include "plugin/trial.h"
#include "plugin/worker_pool.h"
#include "plugin_files.h"

using namespace std::chrono_literals;
using namespace mortise::plugin;

namespace {

using Clock = std::chrono::steady_clock;

double cpu_microseconds(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

double microseconds(Clock::duration time) {
    return std::chrono::duration<double, std::micro>(time).count();
}

}  // namespace

TEST_CASE("what the way to a worker costs", "[.measure]") {
    WorkerPool pool;
    Bulkhead lane(pool, "lane");

    constexpr int rounds = 20000;
    std::vector<double> latencies;
    std::binary_semaphore back{0};
    const double cpu = cpu_microseconds(CLOCK_PROCESS_CPUTIME_ID),
                 own = cpu_microseconds(CLOCK_THREAD_CPUTIME_ID);
    for (int round = 0; round < rounds; ++round) {
        const auto start = Clock::now();
        lane.submit([&, start] {
            latencies.push_back(microseconds(Clock::now() - start));
            back.release();
        });
        back.acquire();
    }
    std::sort(latencies.begin(), latencies.end());
    std::printf(
        "one at a time: submit to run %.1f us (median) %.1f us (p99); CPU a round trip %.2f us, of it %.2f "
        "us "
        "on the submitting thread\n",
        latencies[rounds / 2], latencies[rounds * 99 / 100],
        (cpu_microseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) / rounds,
        (cpu_microseconds(CLOCK_THREAD_CPUTIME_ID) - own) / rounds);

    for (const int burst : {8, 32, 256}) {
        constexpr int bursts = 2000;
        const double before = cpu_microseconds(CLOCK_PROCESS_CPUTIME_ID);
        double submitting = 0;
        for (int round = 0; round < bursts; ++round) {
            std::latch done(burst);
            const double start = cpu_microseconds(CLOCK_THREAD_CPUTIME_ID);
            for (int number = 0; number < burst; ++number) lane.submit([&] { done.count_down(); });
            submitting += cpu_microseconds(CLOCK_THREAD_CPUTIME_ID) - start;
            done.wait();
        }
        std::printf("bursts of %3d: CPU %.2f us a task, of it %.2f us to submit; %zu threads\n", burst,
                    (cpu_microseconds(CLOCK_PROCESS_CPUTIME_ID) - before) / (bursts * burst),
                    submitting / (bursts * burst), pool.threads());
    }
}

TEST_CASE("how soon a neighbour runs when all threads are blocked", "[.measure]") {
    std::vector<double> latencies;
    for (int round = 0; round < 50; ++round) {
        WorkerPool pool;
        Bulkhead stuck(pool, "stuck"), lively(pool, "lively");
        std::latch inside(32), open(1), ran(1);
        for (int number = 0; number < 32; ++number)
            stuck.submit([&] {
                inside.count_down();
                open.wait();
            });
        inside.wait();
        const auto start = Clock::now();
        double took = 0;
        lively.submit([&] {
            took = microseconds(Clock::now() - start);
            ran.count_down();
        });
        ran.wait();
        latencies.push_back(took);
        open.count_down();
        pool.stop(10s);
    }
    std::sort(latencies.begin(), latencies.end());
    std::printf("behind 32 blocked handlers: submit to run %.0f us (median), %.0f us (most)\n", latencies[25],
                latencies[49]);
}

TEST_CASE("what trying plugins first costs the start", "[.measure]") {
    const TrialSettings settings{.program = mortise::test::build_dir() / "bin" / "trial-program"};
    for (const std::size_t count : {1u, 4u, 8u}) {
        const std::vector<std::filesystem::path> files(count, mortise::test::test_plugin("faulty"));
        std::vector<double> times;
        for (int round = 0; round < 15; ++round) {
            const auto start = Clock::now();
            try_loading(files, settings);
            times.push_back(microseconds(Clock::now() - start) / 1000);
        }
        std::sort(times.begin(), times.end());
        std::printf("trial load of %zu plugins: %.1f ms (median), %.1f ms (least)\n", count, times[7],
                    times[0]);
    }
}
