// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "net/timer_wheel.h"
#include "socket/frame.h"
#include "socket/socket_loop.h"

namespace mortise::socket {

class ClientSocket;

/// The last events of one socket, for a client that may lose its connection and come back. Bounded; what it
/// forgets can't be recovered.
class Recollection {
public:
    Recollection(std::string pid, std::uint64_t max_bytes) : pid_(std::move(pid)), max_bytes_(max_bytes) {}

    /// What the client proves itself with when it comes back.
    const std::string& pid() const { return pid_; }
    void keep(SharedFrame frame);
    /// Whether everything behind this offset is still known; 0 stands for the beginning.
    bool reaches_back_to(std::uint64_t offset) const;
    /// What came behind this offset.
    std::vector<SharedFrame> since(std::uint64_t offset) const;

private:
    std::string pid_;
    std::uint64_t max_bytes_;
    std::uint64_t bytes_ = 0;
    bool has_forgotten_ = false;
    std::deque<SharedFrame> frames_;
};

/// The sockets of one loop whose clients have lost their connection and may come back: they stay in their
/// rooms and go on recollecting. Belongs to the loop's thread.
class Absentees {
public:
    explicit Absentees(SocketLoop& home);
    ~Absentees();

    /// Until the window ends.
    void add(std::shared_ptr<ClientSocket> socket);
    /// The socket of that client, which waits here no longer; null when it is unknown, somebody else's, or
    /// has forgotten what came behind the offset.
    std::shared_ptr<ClientSocket> take(std::string_view space, const std::string& pid, std::uint64_t offset,
                                       std::string_view user_id);
    /// It will not come back. Out of its rooms.
    void drop(const std::string& pid);
    void clear();

private:
    struct Absent;

    SocketLoop& home_;
    std::unordered_map<std::string, std::unique_ptr<Absent>> absent_;  // by pid
};

}  // namespace mortise::socket
