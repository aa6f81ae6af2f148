// SPDX-License-Identifier: Apache-2.0
#include "observe/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace mortise::observe {

namespace {

namespace fs = std::filesystem;

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    double total = 0;
    double resident = 0;
    statm >> total >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double entries_of(const char* folder) {
    std::error_code fault;
    const fs::directory_iterator entries(folder, fault);
    return fault ? 0 : static_cast<double>(std::distance(begin(entries), end(entries)));
}

double most_descriptors() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return static_cast<double>(limit.rlim_cur);
}

// /proc tells the start in ticks since the machine's boot; field 22, counted after the ')' of the name.
double start_time_seconds() {
    std::ifstream stat("/proc/self/stat");
    std::string text(std::istreambuf_iterator<char>(stat), {});
    std::istringstream after_name(text.substr(std::min(text.rfind(')'), text.size() - 1) + 1));
    std::string skipped;
    for (int field = 3; field < 22; ++field) after_name >> skipped;
    double ticks = 0;
    after_name >> ticks;

    std::ifstream kernel("/proc/stat");
    double boot = 0;
    for (std::string word; kernel >> word;)
        if (word == "btime") kernel >> boot;
    return boot + ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

ProcessMetrics::ProcessMetrics(MetricsRegistry& registry, std::string_view version)
    : process_(registry.with_prefix("process_")), build_(registry.with_prefix("mortise_")) {
    process_->counter_from("cpu_seconds_total", "CPU time of all threads, user and system", cpu_seconds);
    process_->gauge_from("resident_memory_bytes", "Memory in RAM", resident_bytes);
    process_->gauge_from("open_fds", "Open file descriptors", [] { return entries_of("/proc/self/fd"); });
    process_->gauge_from("max_fds", "Most file descriptors the process may open", most_descriptors);
    process_->gauge_from("threads", "Threads", [] { return entries_of("/proc/self/task"); });
    process_->gauge_from("start_time_seconds", "When the process started, seconds since 1970",
                         [started = start_time_seconds()] { return started; });
    build_->gauge("build_info", "1; the labels tell the build", {{"version", std::string(version)}}).set(1);
}

}  // namespace mortise::observe
