// SPDX-License-Identifier: Apache-2.0
// What counting an attempt costs in ratelimit's own table, beside the Store in memory, and what a window
// weighs.
#include <malloc.h>

#include <string>
#include <thread>
#include <vector>

#include "../../plugins/ratelimit/window_table.h"
#include "service/memory_store.h"
#include "service/system_clock.h"
#include "side_by_side.h"

using namespace mortise;
using bench::Pair;
using std::chrono::minutes;

namespace {

constexpr std::size_t crowd = 200'000;

std::vector<std::string> subjects() {
    std::vector<std::string> all;
    for (std::size_t number = 0; number < crowd; ++number)
        all.push_back("user:019a83f0c6e17c55" + std::to_string(1'000'000 + number));
    return all;
}

void add(Store& store, const std::string& subject, std::int64_t limit) {
    store.add("ratelimit:general:" + subject, 1, {.ttl = minutes(15), .at_most = limit});
}

double bytes_of(const std::function<void()>& fill) {
    const std::size_t before = mallinfo2().uordblks;
    fill();
    return static_cast<double>(mallinfo2().uordblks - before) / static_cast<double>(crowd);
}

// Microseconds of wall time an attempt, by so many threads at once.
template <class Count>
double at_once(int threads, Count count) {
    constexpr int calls = 300'000;
    const auto start = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> all;
        for (int thread = 0; thread < threads; ++thread)
            all.emplace_back([&count, thread] {
                for (int call = 0; call < calls; ++call)
                    count(static_cast<std::size_t>(call * 7 + thread) % crowd);
            });
    }
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count() /
           calls / threads;
}

}  // namespace

int main() {
    service::SystemClock clock;
    service::MemoryStore store({}, clock, Log());
    ratelimit::WindowTable table(clock, {minutes(15), minutes(1)}, 500'000);
    const auto all = subjects();
    const double in_store = bytes_of([&] {
        for (const std::string& subject : all) add(store, subject, 1'000'000);
    });
    const double in_table = bytes_of([&] {
        for (const std::string& subject : all) table.count(0, subject, 1'000'000);
    });
    std::printf("raw: Store::add in memory; ours: WindowTable::count\n\n");
    bench::print_heading();
    std::size_t turn = 0, other_turn = 0;
    bench::run({"admitted, one of 200,000", [&] { add(store, all[++turn % crowd], 1'000'000); },
                [&] { table.count(0, all[++other_turn % crowd], 1'000'000); }},
               200, 2000);
    bench::run({"admitted, always the same", [&] { add(store, all[0], 1'000'000'000); },
                [&] { table.count(0, all[0], 1'000'000'000); }},
               200, 2000);
    bench::run({"refused", [&] { add(store, all[0], 1); }, [&] { table.count(0, all[0], 1); }}, 200, 2000);
    const double shared = at_once(2, [&](std::size_t n) { add(store, all[n], 1 << 30); });
    const double own = at_once(2, [&](std::size_t n) { table.count(0, all[n], 1 << 30); });
    std::printf("%-52s %10.2f %10.2f %7.2f\n", "two threads at once", shared, own, own / shared);
    std::printf("%-52s %10.0f %10.0f %7.2f\n", "bytes a window", in_store, in_table, in_table / in_store);
}
