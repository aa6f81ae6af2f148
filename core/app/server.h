// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/assembly.h"
#include "http/exchange.h"
#include "http/wire.h"
#include "net/loop_group.h"
#include "net/tls_context.h"

namespace mortise::app {

/// The whole server: an assembly behind sockets. Parts come up in the order they stand in run(), and go in
/// the reverse order.
class Server {
public:
    /// Reads the configuration again, for SIGHUP; empty when it has faults, which it has told.
    using Reread = std::function<std::optional<config::Configuration>()>;

    Server(config::Configuration configuration, Reread reread);
    ~Server();

    /// Serves until SIGTERM or SIGINT. Throws what keeps it from starting.
    void run();

private:
    // What the wire talks to: the assembly's application of the moment.
    class CurrentApplication;

    void listen();
    void announce() const;
    void serve_until_told();
    void reload();
    void drain();
    [[noreturn]] void end_regardless();

    Assembly assembly_;
    Reread reread_;
    Log log_;
    std::unique_ptr<CurrentApplication> application_;
    std::unique_ptr<net::TlsContext> tls_;
    std::unique_ptr<net::LoopGroup> loops_;
    std::unique_ptr<http::Wire> wire_;
};

}  // namespace mortise::app
