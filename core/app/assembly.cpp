// SPDX-License-Identifier: Apache-2.0
#include "app/assembly.h"

#include <mortise/services/limiter.h>
#include <mortise/services/route_phase.h>

#include "app/room_settings.h"
#include "http/openapi.h"
#include "plugin/route_breakers.h"
#include "service/core_migrations.h"
#include "socket/asyncapi.h"

namespace mortise::app {

namespace {

std::vector<plugin::PluginSource> plugin_sources(const config::Configuration& configuration) {
    std::vector<plugin::PluginSource> sources;
    for (const config::PluginSetup& setup : configuration.plugins) sources.push_back(plugin_source(setup));
    return sources;
}

http::Aliases aliases_of(const config::ServerConfig& server) {
    return http::Aliases({server.aliases.begin(), server.aliases.end()});
}

}  // namespace

Assembly::Assembly(config::Configuration configuration, const Substitutes& substitutes)
    : configuration_(std::move(configuration)),
      services_(configuration_.core, substitutes),
      workers_(worker_settings(configuration_.core.server)),
      plugins_(plugin_sources(configuration_), services_.for_plugins(), workers_),
      own_metrics_(services_.metrics().for_part("server")),
      own_routes_(configuration_.core, services_.health(), services_.metrics()),
      with_trial_(!substitutes.is_quiet) {}

Assembly::~Assembly() {
    close(std::chrono::hours(24 * 365));
}

void Assembly::start() {
    plugin::LoadSettings load;
    if (!with_trial_) load.trial.reset();
    plugins_.load(load);
    plugins_.start();
    make_routes();
}

void Assembly::open() {
    for (const service::Migration& migration : migrate())
        services_.logs().part("server").info("migration applied",
                                             {{"plugin", migration.plugin}, {"name", migration.name}});
    services_.nodes().start();
    if (plugins_.ready()) make_routes();
    plugins_.show_in(*own_metrics_);
    services_.health().show_in(*own_metrics_);
    if (services_.runs_jobs()) services_.jobs().start();
    is_open_ = true;
}

bool Assembly::close(std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    if (is_open_ && !services_.jobs().stop(limit)) return false;
    is_open_ = false;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (workers_.stop(std::max(left, std::chrono::milliseconds(0))) > 0) return false;
    plugins_.stop();
    services_.nodes().stop();
    return true;
}

// Before the first request, and again when a plugin was left out after that.
void Assembly::make_routes() {
    applications_.clear();
    traffic_.reset();
    std::vector<http::RouteSource> sources{{&own_routes_.routes(), nullptr}};
    Limiter* limiter = plugins_.find<Limiter>();
    sockets_ = std::make_unique<socket::SocketTable>(plugins_.sockets(), limiter);
    services_.sockets().open(*sockets_, plugins_.find<Identity>(), services_.events());
    sources.push_back({&services_.sockets().routes(), nullptr});
    for (const http::RouteSource& source : plugins_.routes()) sources.push_back(source);
    routes_ = std::make_unique<http::RouteTable>(sources, plugin::route_breakers(services_.clock()),
                                                 aliases_of(configuration_.core.server), limiter);
    const std::string& title = configuration_.core.documents.title;
    own_routes_.set_documents(to_text(http::make_openapi(*routes_, {title, MORTISE_VERSION})),
                              to_text(socket::make_asyncapi(
                                  *sockets_, {title, MORTISE_VERSION, configuration_.core.sockets.path})));
    traffic_ = std::make_unique<TrafficLog>(*routes_, services_.logs(), services_.metrics());
    make_application();
}

void Assembly::apply(config::Configuration changed) {
    services_.logs().apply(log_settings(changed.core.log));
    configuration_.core.server = std::move(changed.core.server);
    configuration_.core.log = std::move(changed.core.log);
    make_application();
}

std::vector<service::Migration> Assembly::migrate() {
    return service::migrate(services_.database(), migration_folders());
}

std::vector<service::Migration> Assembly::pending_migrations() {
    return service::pending(services_.database(), migration_folders());
}

std::vector<service::MigrationFolder> Assembly::migration_folders() const {
    std::vector<service::MigrationFolder> folders{service::core_migrations()};
    for (const config::PluginSetup& setup : configuration_.plugins)
        folders.push_back({setup.manifest->name, setup.manifest->folder / "migrations"});
    return folders;
}

void Assembly::make_application() {
    http::Phases phases;
    phases.identity = plugins_.find<Identity>();
    phases.cache = plugins_.find<ResponseCache>();
    phases.idempotency = plugins_.find<Idempotency>();
    applications_.push_back(std::make_unique<http::Application>(
        application_settings(configuration_.core.server),
        http::ApplicationParts{*routes_, services_.clock(), phases, services_.logs().part("http"),
                               traffic_.get()}));
    current_.store(applications_.back().get(), std::memory_order_release);
}

}  // namespace mortise::app
