// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <mortise/host.h>
#include <mortise/services/metrics.h>

#include "http/lane.h"
#include "http/plugin_routes.h"
#include "plugin/plugin_jobs.h"
#include "plugin/plugin_source.h"
#include "plugin/service_directory.h"
#include "socket/plugin_sockets.h"

namespace mortise::plugin {

/// The server's own services, which all plugins share. They outlive every plugin.
struct ServerServices {
    Database& database;
    Store& store;
    Nodes& nodes;
    Jobs& jobs;
    Events& events;
    HttpClient& http_client;
    Mail& mail;
    socket::Switchboard& switchboard;
    const Clock& clock;
    /// What a plugin of this name counts with; its series vanish with the object.
    std::function<std::unique_ptr<Metrics>(const std::string& plugin)> metrics;
    /// The voice of a plugin of this name.
    std::function<Log(const std::string& plugin)> log;
    /// Told every tag that is purged; may be empty.
    std::function<void(std::string_view tag)> on_purge = {};
};

/// The server as one generation of one plugin sees it, and everything that plugin registered. What it
/// registers stays here until the set of plugins takes it; with this object it vanishes.
class PluginHost final : public Host {
public:
    PluginHost(const PluginSource& source, const ServerServices& server, ServiceDirectory& directory);

    const Options& options() const override { return source_.options; }
    const Log& log() const override { return log_; }
    Http& http() override { return routes_; }
    Sockets& sockets() override { return sockets_; }

    Database& database() override { return server_.database; }
    Store& store() override { return server_.store; }
    Nodes& nodes() override { return server_.nodes; }
    Jobs& jobs() override { return jobs_; }
    Events& events() override { return server_.events; }
    Metrics& metrics() override { return *metrics_; }
    HttpClient& http_client() override { return server_.http_client; }
    Mail& mail() override { return server_.mail; }
    const Clock& clock() const override { return server_.clock; }

    bool work(std::function<void()> task) override;
    void purge(std::string_view tag) override;

    /// Where work() runs what it is given; outlived by the host's plugin. Before ready().
    void work_on(http::Lane& lane) { lane_ = &lane; }
    /// start() has returned: nothing more is registered. Throws std::logic_error when a service that the
    /// manifest promises was not provided.
    void close();
    /// ready() has returned: its jobs may run.
    void hand_on_jobs() { jobs_.hand_on(); }

    const http::PluginRoutes& registered_routes() const { return routes_; }
    const socket::PluginSockets& registered_sockets() const { return sockets_; }
    /// Counts up over all plugins of the process; two loads of one plugin differ in it.
    std::uint64_t generation() const { return generation_; }

protected:
    void provide(std::string_view service, const std::type_info& type, void* provider) override;
    void* require(std::string_view service, const std::type_info& type) override;
    void* look_up(std::string_view service, const std::type_info& type) override;

private:
    const PluginSource& source_;
    const ServerServices& server_;
    ServiceDirectory& directory_;
    std::uint64_t generation_;
    Log log_;
    std::unique_ptr<Metrics> metrics_;
    http::PluginRoutes routes_;
    socket::PluginSockets sockets_;
    PluginJobs jobs_;
    http::Lane* lane_ = nullptr;
    bool is_closed_ = false;
};

}  // namespace mortise::plugin
