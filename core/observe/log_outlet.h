// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "observe/log_format.h"

namespace mortise::observe {

/// When a file is put aside as file.1 (the older ones become .2, .3 …) and a new one begun.
struct LogRotation {
    std::size_t max_bytes = 0;  ///< 0: never; a file may be larger only by a single line that is
    int keep = 0;               ///< how many put aside are kept
};

/// One place where lines end: the console or a file. Used by the writer thread alone.
class LogOutlet {
public:
    /// The console; `descriptor` stays the caller's.
    LogOutlet(LineStyle style, int descriptor);
    /// A file of JSON lines, appended to. Throws std::runtime_error when it can't be opened.
    LogOutlet(LogLevel lowest, std::string path, LogRotation rotation);
    ~LogOutlet();
    LogOutlet(const LogOutlet&) = delete;
    LogOutlet& operator=(const LogOutlet&) = delete;

    /// Takes over what `lines` holds and leaves it empty, with room for as much.
    void take(std::string& lines);
    /// Writes as much as goes without waiting. Text that can't be written at all is given up.
    void write_some() noexcept;
    /// Opens the file of this name anew (logrotate moved the old one); false, and the old one stays, when it
    /// can't be opened.
    bool reopen() noexcept;

    LineStyle style() const noexcept { return style_; }
    /// Lines below this level do not come here.
    LogLevel lowest() const noexcept { return lowest_; }
    std::size_t unwritten() const noexcept { return taken_.size() - written_; }
    const std::string& path() const noexcept { return path_; }

private:
    void adopt(int descriptor) noexcept;
    std::size_t next_piece() const noexcept;
    void put_aside() noexcept;

    LineStyle style_;
    LogLevel lowest_;
    std::string path_;  // empty: the console
    LogRotation rotation_;
    int descriptor_;
    bool may_block_;
    std::size_t file_bytes_ = 0;
    std::string taken_;
    std::size_t written_ = 0;
};

}  // namespace mortise::observe
