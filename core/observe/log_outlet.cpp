// SPDX-License-Identifier: Apache-2.0
#include "observe/log_outlet.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace mortise::observe {

namespace {

int open_for_append(const std::string& path) noexcept {
    return ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
}

bool is_ready(int descriptor) {
    pollfd wanted{.fd = descriptor, .events = POLLOUT, .revents = 0};
    return ::poll(&wanted, 1, 0) > 0;
}

}  // namespace

LogOutlet::LogOutlet(LineStyle style, int descriptor) : style_(style), lowest_(LogLevel::trace) {
    adopt(descriptor);
}

LogOutlet::LogOutlet(LogLevel lowest, std::string path, LogRotation rotation)
    : style_(LineStyle::json), lowest_(lowest), path_(std::move(path)), rotation_(rotation) {
    const int descriptor = open_for_append(path_);
    if (descriptor < 0)
        throw std::runtime_error("log file " + path_ +
                                 " can't be opened: " + std::generic_category().message(errno));
    adopt(descriptor);
}

LogOutlet::~LogOutlet() {
    if (!path_.empty()) ::close(descriptor_);
}

void LogOutlet::take(std::string& lines) {
    if (unwritten() == 0) {
        taken_.clear();
        written_ = 0;
        std::swap(taken_, lines);
    } else {
        taken_ += lines;
        lines.clear();
    }
}

void LogOutlet::write_some() noexcept {
    while (unwritten() > 0) {
        std::size_t length = next_piece();
        if (length == 0) {
            put_aside();
            length = next_piece();
        }
        if (may_block_) {
            // A pipe that polls as writable takes PIPE_BUF bytes without blocking, and no more is promised.
            if (!is_ready(descriptor_)) return;
            length = std::min<std::size_t>(length, PIPE_BUF);
        }
        const ssize_t count = ::write(descriptor_, taken_.data() + written_, length);
        if (count >= 0) {
            written_ += static_cast<std::size_t>(count);
            file_bytes_ += static_cast<std::size_t>(count);
        } else if (errno == EAGAIN) {
            return;
        } else if (errno != EINTR) {
            written_ = taken_.size();  // a full disk or a closed pipe: there is nobody left to tell
        }
    }
}

bool LogOutlet::reopen() noexcept {
    if (path_.empty()) return true;
    const int fresh = open_for_append(path_);
    if (fresh < 0) return false;
    ::close(descriptor_);
    adopt(fresh);
    return true;
}

void LogOutlet::adopt(int descriptor) noexcept {
    struct stat about {};
    const bool known = ::fstat(descriptor, &about) == 0;
    descriptor_ = descriptor;
    may_block_ = !known || !S_ISREG(about.st_mode);
    file_bytes_ = known ? static_cast<std::size_t>(about.st_size) : 0;
}

// As many whole lines as the file still takes; 0 when it is full.
std::size_t LogOutlet::next_piece() const noexcept {
    const std::string_view rest = std::string_view(taken_).substr(written_);
    if (rotation_.max_bytes == 0 || file_bytes_ + rest.size() <= rotation_.max_bytes) return rest.size();
    const std::size_t room = rotation_.max_bytes - std::min(rotation_.max_bytes, file_bytes_);
    const std::size_t lines = rest.substr(0, room).rfind('\n') + 1;
    return lines == 0 && file_bytes_ == 0 ? rest.find('\n') + 1 : lines;
}

void LogOutlet::put_aside() noexcept {
    const auto numbered = [this](int number) { return path_ + '.' + std::to_string(number); };
    for (int number = rotation_.keep; number > 1; --number)
        ::rename(numbered(number - 1).c_str(), numbered(number).c_str());
    if (rotation_.keep > 0) {
        ::rename(path_.c_str(), numbered(1).c_str());
    } else {
        ::unlink(path_.c_str());
    }
    // Where no new file can be made the old one goes on; counting from 0 spares another try for each line.
    if (!reopen()) file_bytes_ = 0;
}

}  // namespace mortise::observe
