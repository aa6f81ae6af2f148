// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <mortise/log.h>
#include <mortise/services/clock.h>

#include "observe/log_outlet.h"

namespace mortise::observe {

enum class LogFormat {
    automatic,  ///< text on a terminal, JSON anywhere else
    json,
    text,
};

struct LogSettings {
    LogFormat format = LogFormat::automatic;  ///< of the console; files are always JSON
    LogLevel level = LogLevel::info;
    std::map<std::string, LogLevel> levels = {};  ///< by part, instead of `level`
    bool access = false;                          ///< a line for every request
    std::string folder = {};    ///< for error.log (errors only) and combined.log; empty: no files
    LogRotation rotation = {};  ///< of both files
    std::size_t queue_bytes = std::size_t{4}
                              << 20;  ///< for each outlet; lines beyond are dropped and counted
};

/// Where every line of the server ends. Lines are formatted by whoever speaks, into memory; one thread
/// of its own writes them. Nobody ever waits for a disk or a terminal: what finds no room is counted and
/// told about as soon as there is room again.
class Logs final : public LogSink {
public:
    /// `console` below 0: none. Makes the folder, opens the files and starts the writer; std::runtime_error
    /// when that can't be done.
    Logs(const LogSettings& settings, const Clock& clock, int console = 2);
    /// Writes what is left, for up to a second when somebody does not read.
    ~Logs() override;

    /// The voice of a part; its level follows the settings and apply(). Outlived by this object.
    Log part(std::string name);
    void write(const LogRecord& record) noexcept override;
    void write_access(const AccessRecord& record) noexcept;

    /// Changes levels and the access log at once; format, files and queue need a restart.
    void apply(const LogSettings& settings);
    /// Opens the files anew. Returns at once; the writer does it, after what was said before.
    void reopen() noexcept;
    /// Waits until what was said before is written, for up to a second when somebody does not read.
    void flush();

    bool access_enabled() const noexcept { return access_.load(std::memory_order_relaxed); }
    /// Lines lost since the start because nobody took them.
    std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

private:
    struct Queue {
        explicit Queue(std::unique_ptr<LogOutlet> place) : outlet(std::move(place)) {}
        std::unique_ptr<LogOutlet> outlet;
        std::string pending;        // guarded by mutex_
        std::size_t unwritten = 0;  // guarded by mutex_: what the outlet still holds
        std::uint64_t dropped = 0;  // guarded by mutex_: not told about yet
    };

    template <typename Record>
    void queue_line(LogLevel level, const Record& record) noexcept;
    void add_line(Queue& queue, std::string_view line);
    void run();
    void wait(std::unique_lock<std::mutex>& lock, std::uint64_t said, bool all_written);
    bool collect(std::unique_lock<std::mutex>& lock);
    void tell_dropped(Queue& queue);
    bool has_untold_drops() const;
    LogLevel level_of(const std::string& part) const;

    const Clock& clock_;
    const std::size_t queue_bytes_;
    std::vector<Queue> queues_;
    std::atomic<std::uint64_t> dropped_{0};
    std::atomic<bool> access_;

    std::mutex levels_mutex_;
    LogLevel level_;
    std::map<std::string, LogLevel> levels_;
    std::map<std::string, std::atomic<LogLevel>> parts_;

    std::mutex mutex_;
    std::condition_variable said_;
    std::condition_variable written_;
    std::uint64_t said_count_ = 0;  // lines and requests to reopen
    std::uint64_t done_count_ = 0;
    bool writer_waits_ = false;
    bool reopen_ = false;
    bool urgent_ = false;  // somebody waits for the writer
    bool stopping_ = false;
    std::thread writer_;
};

}  // namespace mortise::observe
