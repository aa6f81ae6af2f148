// SPDX-License-Identifier: Apache-2.0
#include "support/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace mortise::test {

ChildProcess::ChildProcess(const std::function<void(const Send&)>& work) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    process_ = ::fork();
    if (process_ < 0) throw std::runtime_error("no process");
    if (process_ > 0) {
        ::close(ends[1]);
        lines_ = ends[0];
        return;
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    int status = 0;
    try {
        work([&](const std::string& line) {
            const std::string whole = line + "\n";  // one write: lines of several threads do not mix
            if (::write(ends[1], whole.data(), whole.size()) < 0) ::_exit(2);
        });
    } catch (...) {
        status = 1;
    }
    ::_exit(status);  // the parent's objects are not ours to destroy
}

ChildProcess::~ChildProcess() {
    kill();
    wait();
    ::close(lines_);
}

bool ChildProcess::read_line(std::string& line) {
    for (;;) {
        if (const std::size_t end = unread_.find('\n'); end != unread_.npos) {
            line = unread_.substr(0, end);
            unread_.erase(0, end + 1);
            return true;
        }
        std::array<char, 4096> buffer{};
        const ssize_t size = ::read(lines_, buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return false;
        unread_.append(buffer.data(), static_cast<std::size_t>(size));
    }
}

void ChildProcess::kill() {
    if (process_ > 0) ::kill(process_, SIGKILL);
}

int ChildProcess::wait() {
    if (process_ <= 0) return 0;
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace mortise::test
