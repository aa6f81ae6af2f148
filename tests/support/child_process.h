// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

namespace mortise::test {

/// A function run in a process of its own, forked from this one: to be killed, or to be another node.
/// What it throws ends it with status 1.
class ChildProcess {
public:
    /// `work` gets a function that sends a line to the parent; sent is sent, even when it is killed right
    /// after.
    using Send = std::function<void(const std::string& line)>;
    explicit ChildProcess(const std::function<void(const Send&)>& work);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// The next line it sent, waited for; false when it has ended and all is read.
    bool read_line(std::string& line);
    /// kill -9.
    void kill();
    /// Waits for its end: its exit status, or minus the signal that ended it.
    int wait();

private:
    pid_t process_ = -1;
    int lines_ = -1;
    std::string unread_;
};

}  // namespace mortise::test
