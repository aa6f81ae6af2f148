// SPDX-License-Identifier: Apache-2.0
#include "app/server.h"

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "app/announcement.h"
#include "app/room_settings.h"
#include "app/service_manager.h"
#include "app/signals.h"
#include "net/listener.h"

namespace mortise::app {

// A reload swaps the application; requests under way finish on the one they began with.
class Server::CurrentApplication final : public http::Service {
public:
    explicit CurrentApplication(Assembly& assembly) : assembly_(assembly) {}

    void handle(const std::shared_ptr<http::Exchange>& exchange) override { now().handle(exchange); }
    Response refuse(int status, std::string_view detail, const RequestParts* parts) override {
        return now().refuse(status, detail, parts);
    }
    bool run_blocking(http::Exchange& exchange, std::function<void()> task) override {
        return now().run_blocking(exchange, std::move(task));
    }
    void finished(const RequestParts& parts, int status, std::uint64_t body_bytes,
                  std::chrono::steady_clock::duration took) override {
        now().finished(parts, status, body_bytes, took);
    }

private:
    http::Application& now() { return assembly_.application(); }

    Assembly& assembly_;
};

Server::Server(config::Configuration configuration, Reread reread)
    : assembly_(std::move(configuration)),
      reread_(std::move(reread)),
      log_(assembly_.services().logs().part("server")),
      application_(std::make_unique<CurrentApplication>(assembly_)) {}

Server::~Server() = default;

void Server::run() {
    assembly_.start();
    assembly_.open();
    assembly_.services().health().start();
    listen();
    assembly_.services().health().set_state(observe::ServerState::ready);
    announce();
    notify_service_manager("READY=1");
    serve_until_told();
    notify_service_manager("STOPPING=1");
    drain();
}

void Server::listen() {
    const config::ServerConfig& settings = assembly_.configuration().core.server;
    if (settings.tls) tls_ = std::make_unique<net::TlsContext>(tls_settings(*settings.tls));
    loops_ = std::make_unique<net::LoopGroup>(static_cast<std::size_t>(settings.io_threads.value_or(0)));
    loops_->start();
    assembly_.services().sockets().attach(*loops_);
    wire_ = std::make_unique<http::Wire>(*loops_, *application_, wire_settings(settings));
    for (const std::string& address : settings.listen)
        wire_->listen(net::ListenAddress::parse(address), tls_.get());
}

void Server::announce() const {
    Announcement announcement;
    for (const std::string& address : wire_->addresses())
        announcement.addresses.push_back((tls_ ? "https://" : "http://") + address);
    for (const plugin::PluginState& plugin : assembly_.plugins().states())
        (plugin.left_out.empty() ? announcement.plugins : announcement.left_out).push_back(plugin.name);
    std::cout << text_of(announcement) << std::flush;
}

void Server::serve_until_told() {
    while (true) {
        const int signal = wait_for_signal();
        if (signal == SIGHUP)
            reload();
        else if (signal == SIGUSR1)
            assembly_.services().logs().reopen();
        else
            return;
    }
}

void Server::reload() {
    notify_service_manager("RELOADING=1");
    if (auto changed = reread_()) {
        std::string waiting;
        for (const config::Change& change : config::changes_between(assembly_.configuration(), *changed))
            if (!change.live) waiting += (waiting.empty() ? "" : ", ") + change.path;
        try {
            if (tls_) tls_->reload();
            assembly_.apply(std::move(*changed));
            log_.info("configuration reloaded");
        } catch (const std::exception& fault) {
            log_.error("configuration not reloaded", {{"why", fault.what()}});
        }
        if (!waiting.empty()) log_.warn("these changes wait for a restart", {{"options", waiting}});
    }
    notify_service_manager("READY=1");
}

void Server::drain() {
    const auto limit = assembly_.configuration().core.server.drain;
    const auto deadline = std::chrono::steady_clock::now() + limit;
    const auto left = [&] {
        return std::max(std::chrono::milliseconds(0), std::chrono::duration_cast<std::chrono::milliseconds>(
                                                          deadline - std::chrono::steady_clock::now()));
    };
    assembly_.services().health().set_state(observe::ServerState::draining);
    wire_->drain();
    assembly_.services().sockets().close_all("server shutting down");
    if (!wire_->wait_until_empty(left())) log_.warn("connections were cut: they did not end in time");
    wire_->stop();
    // Who came in since must be gone before the plugins are.
    assembly_.services().sockets().close_all("server shutting down");
    assembly_.services().health().stop();
    // Idle threads need a moment to end, also when connections took all the time there was.
    if (!assembly_.close(std::max<std::chrono::milliseconds>(left(), std::chrono::seconds(1))))
        end_regardless();
    assembly_.services().sockets().detach();
    wire_.reset();
    loops_->stop();
}

// Code of plugins still runs: destroying what it uses would turn a slow stop into a crash.
void Server::end_regardless() {
    log_.error("handlers or jobs did not end in time: the program ends without them");
    assembly_.services().logs().flush();
    std::_Exit(EXIT_SUCCESS);
}

}  // namespace mortise::app
