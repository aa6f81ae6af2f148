// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "http/exchange.h"
#include "http/wire_settings.h"
#include "net/acceptor.h"
#include "net/connection_count.h"
#include "net/listener.h"
#include "net/loop_group.h"
#include "net/tls_context.h"

namespace mortise::http {

class WireLoop;

/// The wire half as a whole: listens, and turns what comes into exchanges for the service. Used from the main
/// thread; the loops must run from before listen() until after stop().
class Wire {
public:
    /// Everything named here must outlive it.
    Wire(net::LoopGroup& loops, Service& service, WireSettings settings);
    ~Wire();

    /// Starts serving on one more address; with `tls` encrypted. Returns where it really listens
    /// ("127.0.0.1:41234"). Throws std::runtime_error when it cannot.
    std::string listen(const net::ListenAddress& address, const net::TlsContext* tls = nullptr);

    /// Accepts no more, closes connections without a request, and makes every answer from now on its
    /// connection's last.
    void drain();
    /// Waits until drained connections are gone, or for `patience`; true when all are.
    bool wait_until_empty(std::chrono::milliseconds patience);
    /// Accepts no more and cuts what is left.
    void stop();

    const net::ConnectionCount& connections() const noexcept { return count_; }
    const std::vector<std::string>& addresses() const noexcept { return addresses_; }

private:
    void stop_accepting();

    net::LoopGroup& loops_;
    const WireSettings settings_;
    net::ConnectionCount count_;
    std::vector<std::unique_ptr<WireLoop>> wires_;  // one for each loop
    std::vector<net::Listener> listeners_;
    std::vector<std::vector<std::unique_ptr<net::Acceptor>>>
        acceptors_;  // of each listener, one for each loop
    std::vector<std::string> addresses_;
};

}  // namespace mortise::http
