// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "app/own_routes.h"
#include "app/services.h"
#include "app/traffic_log.h"
#include "config/configuration.h"
#include "http/application.h"
#include "http/route_table.h"
#include "plugin/plugin_set.h"
#include "plugin/worker_pool.h"
#include "service/database/migrations.h"
#include "socket/socket_table.h"

namespace mortise::app {

/// The server without its sockets: services, plugins, routes and the application made of them. Serves,
/// lists, migrates and tests all begin with one of these.
///
/// start(), open(), close() are called in this order, by one thread.
class Assembly {
public:
    Assembly(config::Configuration configuration, const Substitutes& substitutes = {});
    /// Closes, if nobody did, and waits for handlers as long as they take.
    ~Assembly();
    Assembly(const Assembly&) = delete;
    Assembly& operator=(const Assembly&) = delete;

    /// A service of a test's own, as if a plugin provided it; before start().
    void provide(std::string_view service, const std::type_info& type, void* provider) {
        plugins_.provide(service, type, provider);
    }

    /// Loads the plugins and lets them register. Throws plugin::PluginFaults, http::RouteFaults.
    void start();
    /// Migrates, readies the plugins and starts the jobs. Throws what a migration or a plugin throws.
    void open();
    /// Stops jobs and plugins. False when a handler or a job did not end within `limit`: then it still runs,
    /// nothing has been destroyed, and the process should end without that.
    bool close(std::chrono::milliseconds limit);
    /// Takes over what a new configuration may change while serving; the rest of it is ignored.
    void apply(config::Configuration changed);

    /// The application of the moment; older ones stay for the requests they have begun.
    http::Application& application() { return *current_.load(std::memory_order_acquire); }
    const http::RouteTable& routes() const { return *routes_; }
    const socket::SocketTable& sockets() const { return *sockets_; }
    const config::Configuration& configuration() const { return configuration_; }
    plugin::PluginSet& plugins() { return plugins_; }
    const plugin::PluginSet& plugins() const { return plugins_; }
    Services& services() { return services_; }

    /// Brings the database up to date; what was applied. open() calls it.
    std::vector<service::Migration> migrate();
    std::vector<service::Migration> pending_migrations();

private:
    std::vector<service::MigrationFolder> migration_folders() const;
    void make_routes();
    void make_application();

    config::Configuration configuration_;
    Services services_;
    plugin::WorkerPool workers_;
    plugin::PluginSet plugins_;
    std::unique_ptr<Metrics> own_metrics_;  // ends before what it reads
    OwnRoutes own_routes_;
    std::unique_ptr<http::RouteTable> routes_;
    std::unique_ptr<socket::SocketTable> sockets_;
    std::unique_ptr<TrafficLog> traffic_;
    std::vector<std::unique_ptr<http::Application>> applications_;
    std::atomic<http::Application*> current_{nullptr};
    bool with_trial_;
    bool is_open_ = false;
};

}  // namespace mortise::app
