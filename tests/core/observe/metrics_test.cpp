// SPDX-License-Identifier: Apache-2.0
#include "observe/metrics_registry.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <thread>

#include "observe/process_metrics.h"

using namespace mortise;
using namespace mortise::observe;
using Catch::Contains;

TEST_CASE("a counter is shown with its help, kind and labels") {
    MetricsRegistry registry;
    const auto metrics = registry.for_part("chat");
    metrics->counter("messages_total", "Messages stored", {{"kind", "group"}}).add(3);
    const std::string text = registry.text();
    CHECK_THAT(text, Contains("# HELP mortise_chat_messages_total Messages stored\n"));
    CHECK_THAT(text, Contains("# TYPE mortise_chat_messages_total counter\n"));
    CHECK_THAT(text, Contains("mortise_chat_messages_total{kind=\"group\"} 3\n"));
}

TEST_CASE("asking again for the same name and labels counts into the same number") {
    MetricsRegistry registry;
    const auto metrics = registry.for_part("chat");
    metrics->counter("messages_total", "x", {{"a", "1"}, {"b", "2"}}).add();
    metrics->counter("messages_total", "x", {{"b", "2"}, {"a", "1"}}).add();
    CHECK_THAT(registry.text(), Contains("mortise_chat_messages_total{a=\"1\",b=\"2\"} 2\n"));
}

TEST_CASE("a histogram's buckets add up and end in +Inf") {
    MetricsRegistry registry;
    const auto metrics = registry.for_part("http");
    const Histogram histogram = metrics->histogram("wait_seconds", "x", {0.1, 1});
    for (const double value : {0.05, 0.1, 0.5, 7.0}) histogram.observe(value);
    histogram.observe(std::nan(""));
    const std::string text = registry.text();
    CHECK_THAT(text, Contains("mortise_http_wait_seconds_bucket{le=\"0.1\"} 2\n"));
    CHECK_THAT(text, Contains("mortise_http_wait_seconds_bucket{le=\"1\"} 3\n"));
    CHECK_THAT(text, Contains("mortise_http_wait_seconds_bucket{le=\"+Inf\"} 4\n"));
    CHECK_THAT(text, Contains("mortise_http_wait_seconds_count 4\n"));
    CHECK_THAT(text, Contains("mortise_http_wait_seconds_sum 7.65\n"));
}

TEST_CASE("a gauge that is read when asked shows the value of that moment") {
    MetricsRegistry registry;
    const auto metrics = registry.for_part("pool");
    double value = 1;
    metrics->gauge_from("size", "x", [&] { return value; });
    CHECK_THAT(registry.text(), Contains("mortise_pool_size 1\n"));
    value = 5;
    CHECK_THAT(registry.text(), Contains("mortise_pool_size 5\n"));
}

TEST_CASE("what a part registered vanishes with it, unless another still has it") {
    MetricsRegistry registry;
    auto old_generation = registry.for_part("chat");
    old_generation->counter("messages_total", "x").add(2);
    old_generation->gauge("members", "x");
    old_generation->gauge_from("queue", "x", [] { return 1.0; });
    const auto new_generation = registry.for_part("chat");
    new_generation->counter("messages_total", "x").add(3);
    new_generation->gauge_from("queue", "x", [] { return 2.0; });
    old_generation.reset();
    const std::string text = registry.text();
    CHECK_THAT(text, Contains("mortise_chat_messages_total 5\n"));
    CHECK_THAT(text, Contains("mortise_chat_queue 2\n"));
    CHECK_THAT(text, !Contains("mortise_chat_members"));
}

TEST_CASE("a family beyond its cap goes on counting unseen and says so") {
    MetricsRegistry registry(3);
    const auto metrics = registry.for_part("http");
    for (int route = 0; route < 5; ++route)
        metrics->counter("requests_total", "x", {{"route", std::to_string(route)}}).add();
    const std::string text = registry.text();
    CHECK_THAT(text, Contains("requests_total{route=\"2\"} 1\n"));
    CHECK_THAT(text, !Contains("route=\"3\""));
    CHECK_THAT(text, Contains("mortise_metrics_dropped_series_total 2\n"));
}

TEST_CASE("names and labels that would harm are refused with the reason") {
    MetricsRegistry registry;
    const auto metrics = registry.for_part("chat");
    CHECK_THROWS_WITH(metrics->counter("Messages_total", "x"), Contains("snake_case"));
    CHECK_THROWS_WITH(metrics->counter("messages", "x"), Contains("_total"));
    CHECK_THROWS_WITH(metrics->gauge("messages_total", "x"), Contains("_total"));
    CHECK_THROWS_WITH(metrics->gauge("members", ""), Contains("help"));
    CHECK_THROWS_WITH(metrics->gauge("members", "two\nlines"), Contains("help"));
    CHECK_THROWS_WITH(metrics->gauge("members", "x", {{"user_id", "7"}}), Contains("would carry an id"));
    CHECK_THROWS_WITH(metrics->gauge("members", "x", {{"id", "7"}}), Contains("would carry an id"));
    CHECK_THROWS_WITH(metrics->gauge("members", "x", {{"le", "7"}}), Contains("Prometheus"));
    CHECK_THROWS_WITH(metrics->gauge("members", "x", {{"a", "\xFF"}}), Contains("UTF-8"));
    CHECK_THROWS_WITH(metrics->gauge("members", "x", {{"a", std::string(200, 'x')}}), Contains("too long"));
    CHECK_THROWS_WITH(metrics->gauge("members", "x", {{"a", "1"}, {"a", "2"}}), Contains("twice"));
    CHECK_THROWS_WITH(metrics->histogram("wait_seconds", "x", {}), Contains("bounds"));
    CHECK_THROWS_WITH(metrics->histogram("wait_seconds", "x", {1, 1}), Contains("ascend"));
    CHECK_THROWS_WITH(metrics->histogram("wait_seconds", "x", {1, HUGE_VAL}), Contains("finite"));
    metrics->gauge("members", "x", {{"a", "1"}});
    CHECK_THROWS_WITH(metrics->gauge("members", "x", {{"b", "1"}}), Contains("other labels"));
    CHECK_THROWS_WITH(metrics->histogram("members", "x", {1}), Contains("another kind"));
    CHECK_THROWS_AS(metrics->gauge("", "x"), std::invalid_argument);
}

TEST_CASE("label values are escaped") {
    MetricsRegistry registry;
    const auto metrics = registry.for_part("chat");
    metrics->gauge("members", "x", {{"a", "q\"b\\n\n"}});
    CHECK_THAT(registry.text(), Contains("{a=\"q\\\"b\\\\n\\n\"}"));
}

TEST_CASE("handles that were never registered count into the void") {
    Counter().add();
    Gauge().set(3);
    Histogram().observe(1);
    MetricsRegistry registry;
    CHECK_THAT(registry.text(), !Contains(" 3\n"));
}

TEST_CASE("the process shows itself under the conventional names") {
    MetricsRegistry registry;
    const ProcessMetrics process(registry, "1.2.3");
    const std::string text = registry.text();
    for (const char* name : {"process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds",
                             "process_max_fds", "process_threads", "process_start_time_seconds"})
        CHECK_THAT(text, Contains("\n" + std::string(name) + " "));
    CHECK_THAT(text, !Contains("\nprocess_resident_memory_bytes 0\n"));
    CHECK_THAT(text, Contains("mortise_build_info{version=\"1.2.3\"} 1\n"));
}

TEST_CASE("counting, registering, scraping and forgetting at once loses nothing") {
    MetricsRegistry registry;
    const auto metrics = registry.for_part("chat");
    constexpr int threads = 3;
    constexpr int each = 20000;
    std::vector<std::thread> workers;
    for (int thread = 0; thread < threads; ++thread)
        workers.emplace_back([&] {
            const Counter counter = metrics->counter("messages_total", "x");
            const Histogram histogram = metrics->histogram("wait_seconds", "x", {1, 2});
            for (int round = 0; round < each; ++round) {
                counter.add();
                histogram.observe(1.5);
            }
        });
    std::thread scraper([&] {
        for (int round = 0; round < 50; ++round) {
            const auto passing = registry.for_part("passing");
            passing->gauge_from("size", "x", [] { return 1.0; });
            registry.text();
        }
    });
    for (auto& worker : workers) worker.join();
    scraper.join();
    const std::string text = registry.text();
    CHECK_THAT(text, Contains("mortise_chat_messages_total 60000\n"));
    CHECK_THAT(text, Contains("mortise_chat_wait_seconds_count 60000\n"));
    CHECK_THAT(text, Contains("mortise_chat_wait_seconds_sum 90000\n"));
    CHECK_THAT(text, !Contains("passing"));
}
