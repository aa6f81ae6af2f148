// SPDX-License-Identifier: Apache-2.0
#include "app/services.h"

#include "app/closed_database.h"
#include "app/room_settings.h"
#include "service/memory_store.h"

namespace mortise::app {

namespace {

constexpr int standard_error = 2;
constexpr int nowhere = -1;

std::unique_ptr<Database> open_database(const config::DatabaseConfig& settings, bool is_closed) {
    if (!is_closed) return service::open_database(database_settings(settings));
    return std::make_unique<ClosedDatabase>(settings.url.starts_with("sqlite:") ? Dialect::sqlite
                                                                                : Dialect::postgresql);
}

std::unique_ptr<service::RedisStore> open_redis(const std::optional<config::RedisConfig>& settings,
                                                const Substitutes& substitutes, const Clock& clock,
                                                const Log& log) {
    if (!settings || substitutes.without_database) return nullptr;
    return std::make_unique<service::RedisStore>(redis_settings(*settings), clock, log);
}

std::unique_ptr<service::MailTransport> mail_transport(const std::optional<config::MailConfig>& settings,
                                                       const Substitutes& substitutes, const Clock& clock) {
    if (substitutes.mail_transport) return substitutes.mail_transport();
    return settings ? service::MailTransport::from(mail_settings(*settings), clock) : nullptr;
}

}  // namespace

Services::Services(const config::CoreConfig& settings, const Substitutes& substitutes)
    : clock_(substitutes.clock ? *substitutes.clock : system_clock_),
      logs_(log_settings(settings.log), clock_, substitutes.is_quiet ? nowhere : standard_error),
      process_metrics_(metrics_, MORTISE_VERSION),
      health_({}, clock_, logs_.part("health")),
      database_(open_database(settings.database, substitutes.without_database)),
      database_metrics_(metrics_.for_part("database")),
      redis_(open_redis(settings.redis, substitutes, clock_, logs_.part("redis"))),
      memory_(redis_ ? nullptr
                     : std::make_unique<service::MemoryStore>(service::StoreSettings{}, clock_,
                                                              logs_.part("store"))),
      store_(redis_ ? static_cast<Store*>(redis_.get()) : memory_.get()),
      nodes_({}, *store_, clock_, logs_.part("nodes")),
      events_(nodes_.self(), redis_.get(), logs_.part("events")),
      job_metrics_(metrics_.for_part("jobs")),
      jobs_(jobs_settings(settings.jobs), *database_, clock_, *job_metrics_, logs_.part("jobs")),
      http_client_(http_client_settings(settings.http_client), clock_, metrics_.for_part("http_client"),
                   logs_.part("http_client")),
      mail_(mail_transport(settings.mail, substitutes, clock_),
            breaker_settings(settings.http_client.breaker), jobs_, clock_, metrics_.for_part("mail"),
            logs_.part("mail")),
      sockets_(socket_settings(settings.sockets, settings.server.cors), clock_, logs_.part("sockets")),
      socket_metrics_(metrics_.for_part("sockets")),
      switchboard_(substitutes.switchboard ? *substitutes.switchboard : sockets_),
      on_purge_(substitutes.on_purge),
      runs_jobs_(!substitutes.without_jobs && settings.jobs.workers > 0) {
    show_database_figures();
    if (redis_) show_redis_figures();
    sockets_.figures().show_in(*socket_metrics_);
    watch_health();
}

Services::~Services() = default;

plugin::ServerServices Services::for_plugins() {
    return {.database = *database_,
            .store = *store_,
            .nodes = nodes_,
            .jobs = jobs_,
            .events = events_,
            .http_client = http_client_,
            .mail = mail_,
            .switchboard = switchboard_,
            .clock = clock_,
            .metrics = [this](const std::string& plugin) { return metrics_.for_part(plugin); },
            .log = [this](const std::string& plugin) { return logs_.part(plugin); },
            .on_purge = on_purge_};
}

void Services::show_database_figures() {
    Metrics& metrics = *database_metrics_;
    const auto gauge = [&](std::string_view name, std::string_view help,
                           std::size_t DatabaseFigures::*figure) {
        metrics.gauge_from(name, help,
                           [this, figure] { return static_cast<double>(database_->figures().*figure); });
    };
    const auto counter = [&](std::string_view name, std::string_view help,
                             std::uint64_t DatabaseFigures::*figure) {
        metrics.counter_from(name, help,
                             [this, figure] { return static_cast<double>(database_->figures().*figure); });
    };
    gauge("connections_active", "Connections at work.", &DatabaseFigures::active);
    gauge("connections_idle", "Connections open and free.", &DatabaseFigures::idle);
    gauge("waiting", "Callers waiting for a connection or for the writer.", &DatabaseFigures::waiting);
    gauge("connections_limit", "Connections allowed.", &DatabaseFigures::limit);
    counter("queries_total", "Statements run.", &DatabaseFigures::queries);
    counter("failures_total", "Statements that failed.", &DatabaseFigures::failures);
    counter("writes_total", "Write functions committed.", &DatabaseFigures::writes);
    counter("commits_total", "Commits they took; fewer where functions shared one.",
            &DatabaseFigures::commits);
    counter("timeouts_total", "Callers that waited in vain.", &DatabaseFigures::timeouts);
    metrics.counter_from("query_seconds_total", "Time spent in statements.", [this] {
        return std::chrono::duration<double>(database_->figures().query_time_total).count();
    });
}

void Services::show_redis_figures() {
    redis_metrics_ = metrics_.for_part("redis");
    Metrics& metrics = *redis_metrics_;
    const auto gauge = [&](std::string_view name, std::string_view help,
                           std::size_t service::RedisFigures::*figure) {
        metrics.gauge_from(
            name, help, [this, figure] { return static_cast<double>(redis_->server().figures().*figure); });
    };
    const auto counter = [&](std::string_view name, std::string_view help,
                             std::uint64_t service::RedisFigures::*figure) {
        metrics.counter_from(
            name, help, [this, figure] { return static_cast<double>(redis_->server().figures().*figure); });
    };
    gauge("connections_active", "Connections at work.", &service::RedisFigures::active);
    gauge("connections_idle", "Connections open and free.", &service::RedisFigures::idle);
    gauge("waiting", "Callers waiting for a connection.", &service::RedisFigures::waiting);
    gauge("connections_limit", "Connections allowed.", &service::RedisFigures::limit);
    counter("commands_total", "Commands sent.", &service::RedisFigures::commands);
    counter("failures_total", "Commands that were refused, timed out or lost.",
            &service::RedisFigures::failures);
    counter("spared_total", "Commands not sent, because Redis was away a moment ago.",
            &service::RedisFigures::spared);
    counter("timeouts_total", "Callers that waited in vain.", &service::RedisFigures::timeouts);
    counter("connects_total", "Connections made.", &service::RedisFigures::connects);
    metrics.counter_from("command_seconds_total", "Time spent in commands.", [this] {
        return std::chrono::duration<double>(redis_->server().figures().command_time_total).count();
    });
    metrics.gauge_from("subscribed", "1 while messages of other nodes are heard.",
                       [this] { return redis_->subscriber().figures().is_connected ? 1.0 : 0.0; });
    metrics.counter_from("messages_total", "Messages heard.",
                         [this] { return static_cast<double>(redis_->subscriber().figures().messages); });
    metrics.counter_from("subscription_losses_total", "Times the connection for messages was lost.",
                         [this] { return static_cast<double>(redis_->subscriber().figures().losses); });
}

void Services::watch_health() {
    health_.add("database", true, [this]() -> observe::HealthResult {
        database_->one("SELECT 1 AS alive");
        return {};
    });
    if (!redis_) return;
    health_.add("redis", true, [this]() -> observe::HealthResult {
        redis_->server().check();
        return {};
    });
}

}  // namespace mortise::app
