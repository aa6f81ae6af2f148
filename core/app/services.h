// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include <mortise/services/clock.h>
#include <mortise/services/database.h>

#include "config/core_config.h"
#include "observe/health.h"
#include "observe/logs.h"
#include "observe/metrics_registry.h"
#include "observe/process_metrics.h"
#include "plugin/plugin_host.h"
#include "service/event_bus.h"
#include "service/job_service.h"
#include "service/mail_service.h"
#include "service/node_watch.h"
#include "service/outgoing_http.h"
#include "service/redis/redis_store.h"
#include "service/system_clock.h"
#include "socket/hub.h"

namespace mortise::app {

/// What stands in for a part of the server in tests and in commands that do not serve.
struct Substitutes {
    const Clock* clock = nullptr;
    /// Takes the place of SMTP.
    std::function<std::unique_ptr<service::MailTransport>()> mail_transport = {};
    /// Takes the place of the clients on the wire; must outlive the server.
    socket::Switchboard* switchboard = nullptr;
    std::function<void(std::string_view tag)> on_purge = {};  ///< told every tag that is purged
    bool without_database = false;                            ///< plugins only register
    bool without_jobs = false;                                ///< none is run here
    bool is_quiet = false;                                    ///< no log on standard error
};

/// The services that all plugins share. Made before the plugins and gone after them.
class Services {
public:
    Services(const config::CoreConfig& settings, const Substitutes& substitutes);
    ~Services();
    Services(const Services&) = delete;
    Services& operator=(const Services&) = delete;

    /// As a plugin's host passes them on.
    plugin::ServerServices for_plugins();

    const Clock& clock() const { return clock_; }
    observe::Logs& logs() { return logs_; }
    observe::MetricsRegistry& metrics() { return metrics_; }
    observe::Health& health() { return health_; }
    Database& database() { return *database_; }
    Store& store() { return *store_; }
    service::NodeWatch& nodes() { return nodes_; }
    Events& events() { return events_; }
    socket::Hub& sockets() { return sockets_; }
    service::JobService& jobs() { return jobs_; }
    bool runs_jobs() const { return runs_jobs_; }

private:
    void show_database_figures();
    void show_redis_figures();
    void watch_health();

    service::SystemClock system_clock_;
    const Clock& clock_;
    observe::Logs logs_;
    observe::MetricsRegistry metrics_;
    observe::ProcessMetrics process_metrics_;
    observe::Health health_;
    std::unique_ptr<Database> database_;
    std::unique_ptr<Metrics> database_metrics_;
    std::unique_ptr<service::RedisStore> redis_;  ///< null when this node is alone
    std::unique_ptr<Store> memory_;               ///< instead
    Store* store_;
    service::NodeWatch nodes_;
    std::unique_ptr<Metrics> redis_metrics_;
    service::EventBus events_;
    std::unique_ptr<Metrics> job_metrics_;
    service::JobService jobs_;
    service::OutgoingHttp http_client_;
    service::MailService mail_;
    socket::Hub sockets_;
    std::unique_ptr<Metrics> socket_metrics_;
    socket::Switchboard& switchboard_;
    std::function<void(std::string_view)> on_purge_;
    bool runs_jobs_;
};

}  // namespace mortise::app
