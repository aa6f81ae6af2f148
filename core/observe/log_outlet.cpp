// SPDX-License-Identifier: Apache-2.0
#include "observe/log_outlet.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace mortise::observe {

namespace {

int open_for_append(const std::string& path) noexcept {
    return ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
}

bool is_regular_file(int descriptor) {
    struct stat about {};
    return ::fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode);
}

bool is_ready(int descriptor) {
    pollfd wanted{.fd = descriptor, .events = POLLOUT, .revents = 0};
    return ::poll(&wanted, 1, 0) > 0;
}

}  // namespace

LogOutlet::LogOutlet(LineStyle style, int descriptor)
    : style_(style),
      lowest_(LogLevel::trace),
      descriptor_(descriptor),
      may_block_(!is_regular_file(descriptor)) {}

LogOutlet::LogOutlet(LogLevel lowest, std::string path)
    : style_(LineStyle::json), lowest_(lowest), path_(std::move(path)), descriptor_(open_for_append(path_)) {
    if (descriptor_ < 0)
        throw std::runtime_error("log file " + path_ +
                                 " can't be opened: " + std::generic_category().message(errno));
    may_block_ = !is_regular_file(descriptor_);
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
        std::size_t length = unwritten();
        if (may_block_) {
            // A pipe that polls as writable takes PIPE_BUF bytes without blocking, and no more is promised.
            if (!is_ready(descriptor_)) return;
            length = std::min<std::size_t>(length, PIPE_BUF);
        }
        const ssize_t count = ::write(descriptor_, taken_.data() + written_, length);
        if (count >= 0) {
            written_ += static_cast<std::size_t>(count);
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
    ::close(std::exchange(descriptor_, fresh));
    return true;
}

}  // namespace mortise::observe
