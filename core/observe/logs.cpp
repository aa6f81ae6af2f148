// SPDX-License-Identifier: Apache-2.0
#include "observe/logs.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>

namespace mortise::observe {

namespace {

constexpr std::size_t kept_line_bytes = 64 * 1024;
constexpr std::chrono::milliseconds gathering{10};
constexpr std::chrono::milliseconds slow_reader_pause{50};
constexpr std::chrono::seconds farewell{1};

LineStyle console_style(LogFormat format, int console) {
    const bool terminal = ::isatty(console) == 1;
    if (format == LogFormat::json || (format == LogFormat::automatic && !terminal)) return LineStyle::json;
    return terminal && std::getenv("NO_COLOR") == nullptr ? LineStyle::coloured_text : LineStyle::text;
}

// Signals belong to the thread that waits for them; a thread of ours never takes one.
void block_signals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

}  // namespace

Logs::Logs(const LogSettings& settings, const Clock& clock, int console)
    : clock_(clock),
      queue_bytes_(settings.queue_bytes),
      access_(settings.access),
      level_(settings.level),
      levels_(settings.levels) {
    if (console >= 0)
        queues_.emplace_back(std::make_unique<LogOutlet>(console_style(settings.format, console), console));
    if (!settings.folder.empty()) {
        const std::filesystem::path folder = settings.folder;
        std::filesystem::create_directories(folder);
        for (const auto& [name, lowest] :
             {std::pair{"combined.log", LogLevel::trace}, {"error.log", LogLevel::error}})
            queues_.emplace_back(std::make_unique<LogOutlet>(lowest, folder / name, settings.rotation));
    }
    writer_ = std::thread([this] { run(); });
}

Logs::~Logs() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        urgent_ = true;
    }
    said_.notify_one();
    writer_.join();
}

Log Logs::part(std::string name) {
    const std::lock_guard lock(levels_mutex_);
    const auto [place, fresh] = parts_.try_emplace(name, level_of(name));
    return {*this, std::move(name), place->second};
}

void Logs::write(const LogRecord& record) noexcept {
    queue_line(record.level, record);
}

void Logs::write_access(const AccessRecord& record) noexcept {
    if (access_enabled()) queue_line(LogLevel::info, record);
}

void Logs::apply(const LogSettings& settings) {
    const std::lock_guard lock(levels_mutex_);
    access_.store(settings.access, std::memory_order_relaxed);
    level_ = settings.level;
    levels_ = settings.levels;
    for (auto& [name, level] : parts_) level.store(level_of(name), std::memory_order_relaxed);
}

void Logs::reopen() noexcept {
    {
        const std::lock_guard lock(mutex_);
        reopen_ = true;
        urgent_ = true;
        ++said_count_;
    }
    said_.notify_one();
}

void Logs::flush() {
    std::unique_lock lock(mutex_);
    const std::uint64_t mine = said_count_;
    urgent_ = true;
    said_.notify_one();
    written_.wait_for(lock, farewell, [&] { return done_count_ >= mine; });
}

template <typename Record>
void Logs::queue_line(LogLevel level, const Record& record) noexcept try {
    thread_local std::string line;
    const Time now = clock_.now();
    std::optional<LineStyle> made;
    bool wake = false;
    for (Queue& queue : queues_) {
        if (level < queue.outlet->lowest()) continue;
        if (made != queue.outlet->style()) {
            made = queue.outlet->style();
            line.clear();
            append_line(line, *made, now, record);
        }
        const std::lock_guard lock(mutex_);
        add_line(queue, line);
        ++said_count_;
        wake = wake || std::exchange(writer_waits_, false);
    }
    if (wake) said_.notify_one();
    if (line.capacity() > kept_line_bytes) line = {};
} catch (...) {
    // Out of memory: a lost line is the smallest harm.
    dropped_.fetch_add(1, std::memory_order_relaxed);
}

void Logs::add_line(Queue& queue, std::string_view line) {
    if (queue.pending.size() + queue.unwritten + line.size() > queue_bytes_) {
        ++queue.dropped;
        dropped_.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    queue.pending += line;
}

void Logs::run() {
    block_signals();
    std::optional<std::chrono::steady_clock::time_point> give_up;
    std::unique_lock lock(mutex_);
    while (true) {
        const std::uint64_t said = said_count_;
        urgent_ = stopping_;
        const bool all_written = collect(lock);
        if (all_written) {
            done_count_ = said;
            written_.notify_all();
        }
        if (stopping_) {
            const auto now = std::chrono::steady_clock::now();
            if (!give_up) give_up = now + farewell;
            if ((all_written && said == said_count_) || now >= *give_up) return;
        }
        wait(lock, said, all_written);
    }
}

// While lines keep coming the writer looks by itself every few milliseconds: waking it for each line would
// cost the speakers more than the line. Only a writer that found nothing sleeps until it is woken.
void Logs::wait(std::unique_lock<std::mutex>& lock, std::uint64_t said, bool all_written) {
    if (!all_written) {
        said_.wait_for(lock, slow_reader_pause);
        return;
    }
    said_.wait_for(lock, gathering, [this] { return urgent_; });
    if (said != said_count_ || urgent_ || has_untold_drops()) return;
    writer_waits_ = true;
    said_.wait(lock, [&] { return said != said_count_ || urgent_; });
    writer_waits_ = false;
}

// Hands every queue's lines to its outlet and writes them, the lock open; true when nothing is left.
bool Logs::collect(std::unique_lock<std::mutex>& lock) {
    for (Queue& queue : queues_) {
        tell_dropped(queue);
        queue.outlet->take(queue.pending);
        queue.unwritten = queue.outlet->unwritten();
    }
    const bool reopen = std::exchange(reopen_, false);
    lock.unlock();
    bool all_written = true;
    std::vector<std::size_t> left;
    for (Queue& queue : queues_) {
        queue.outlet->write_some();
        left.push_back(queue.outlet->unwritten());
        all_written = all_written && left.back() == 0;
        if (reopen && !queue.outlet->reopen())
            part("log").error("a log file can't be opened anew; the old one goes on",
                              {{"file", queue.outlet->path()}});
    }
    lock.lock();
    for (std::size_t place = 0; place < queues_.size(); ++place) queues_[place].unwritten = left[place];
    return all_written;
}

void Logs::tell_dropped(Queue& queue) {
    if (queue.dropped == 0 || queue.pending.size() + queue.unwritten > queue_bytes_ / 2) return;
    const LogField lines("lines", queue.dropped);
    LogRecord record;
    record.level = LogLevel::warn;
    record.part = "log";
    record.text = "lines were dropped: nobody took them in time";
    record.fields = {&lines, 1};
    append_line(queue.pending, queue.outlet->style(), clock_.now(), record);
    queue.dropped = 0;
}

bool Logs::has_untold_drops() const {
    return std::ranges::any_of(queues_, [](const Queue& queue) { return queue.dropped > 0; });
}

LogLevel Logs::level_of(const std::string& part) const {
    const auto own = levels_.find(part);
    return own == levels_.end() ? level_ : own->second;
}

}  // namespace mortise::observe
