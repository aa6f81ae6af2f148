// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <mortise/audience.h>

namespace mortise::socket {

/// Reaches the sockets of this node, and whatever more there is; plugins speak through it.
class Switchboard : public Broadcaster {
public:
    /// Whether somebody is in this room here, or about to be. Any thread; cheap.
    virtual bool has_members(std::string_view space, std::string_view room) const = 0;
};

/// Reaches nobody: for commands that only let plugins register.
class DeadSwitchboard final : public Switchboard {
public:
    void send(const Target&, std::string_view, const Arguments&) override {}
    Answers ask(const Target&, std::chrono::milliseconds, std::string_view, const Arguments&) override {
        return {};
    }
    std::vector<SocketFacts> fetch(const Target&) override { return {}; }
    void join(const Target&, const std::string&) override {}
    void leave(const Target&, const std::string&) override {}
    void disconnect(const Target&, bool) override {}
    bool has_members(std::string_view, std::string_view) const override { return false; }
};

}  // namespace mortise::socket
