// SPDX-License-Identifier: Apache-2.0
#include "app/room_settings.h"

#include <stdexcept>

#include "net/event_loop.h"

namespace mortise::app {

namespace {

LogLevel level_named(std::string_view name) {
    for (const LogLevel level :
         {LogLevel::trace, LogLevel::debug, LogLevel::warn, LogLevel::error, LogLevel::off})
        if (observe::name_of(level) == name) return level;
    return LogLevel::info;
}

observe::LogFormat log_format(config::LogConfig::Format format) {
    switch (format) {
        case config::LogConfig::Format::text:
            return observe::LogFormat::text;
        case config::LogConfig::Format::json:
            return observe::LogFormat::json;
        case config::LogConfig::Format::automatic:
            break;
    }
    return observe::LogFormat::automatic;
}

service::MailSecurity mail_security(config::MailConfig::Security security) {
    switch (security) {
        case config::MailConfig::Security::tls:
            return service::MailSecurity::tls;
        case config::MailConfig::Security::none:
            return service::MailSecurity::none;
        case config::MailConfig::Security::starttls:
            break;
    }
    return service::MailSecurity::starttls;
}

socket::Recovery recovery(config::SocketsConfig::Recovery recovery) {
    switch (recovery) {
        case config::SocketsConfig::Recovery::off:
            return socket::Recovery::off;
        case config::SocketsConfig::Recovery::always:
            return socket::Recovery::always;
        case config::SocketsConfig::Recovery::on_request:
            break;
    }
    return socket::Recovery::on_request;
}

std::chrono::seconds whole_seconds(std::chrono::milliseconds time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time);
}

}  // namespace

observe::LogSettings log_settings(const config::LogConfig& log) {
    observe::LogSettings settings;
    settings.format = log_format(log.format);
    settings.level = level_named(log.level);
    for (const auto& [part, level] : log.levels) settings.levels.emplace(part, level_named(level));
    settings.access = log.access;
    if (log.files) {
        settings.folder = log.files->folder;
        settings.rotation.max_bytes = log.files->max_size;
        settings.rotation.keep = log.files->keep;
    }
    return settings;
}

service::DatabaseSettings database_settings(const config::DatabaseConfig& database) {
    service::DatabaseSettings settings;
    settings.url = database.url;
    settings.replicas = database.replicas;
    settings.pool_min = static_cast<std::size_t>(database.pool.min);
    settings.pool_max = static_cast<std::size_t>(database.pool.max);
    settings.idle_timeout = database.pool.idle_timeout;
    settings.connect_timeout = database.connect_timeout;
    settings.wait_timeout = database.pool.wait;
    settings.statement_timeout = database.statement_timeout;
    return settings;
}

namespace {

void check_tls(const config::RedisConfig::Tls& tls, bool is_used) {
    if (tls.certificate.empty() != tls.key.empty())
        throw std::invalid_argument("redis.tls: certificate and key come together");
    if (!is_used && !(tls.authorities.empty() && tls.certificate.empty()))
        throw std::invalid_argument("redis.tls: redis.url does not ask for TLS; that is rediss://");
}

}  // namespace

service::RedisSettings redis_settings(const config::RedisConfig& redis) {
    service::RedisSettings settings;
    settings.address = service::RedisAddress::parse(redis.url);
    check_tls(redis.tls, settings.address.tls);
    settings.prefix = redis.prefix;
    settings.pool = static_cast<std::size_t>(redis.pool);
    settings.connect_timeout = redis.connect_timeout;
    settings.timeout = redis.timeout;
    settings.tls = {
        .authorities = redis.tls.authorities, .certificate = redis.tls.certificate, .key = redis.tls.key};
    settings.must_not_wait = &net::EventLoop::is_loop_thread;
    return settings;
}

plugin::WorkerSettings worker_settings(const config::ServerConfig& server) {
    plugin::WorkerSettings settings;
    if (server.workers) settings.base = static_cast<std::size_t>(*server.workers);
    return settings;
}

plugin::PluginSource plugin_source(const config::PluginSetup& setup) {
    const config::Manifest& manifest = *setup.manifest;
    plugin::PluginSource source;
    source.name = manifest.name;
    source.version = manifest.version;
    source.provides = manifest.provides;
    source.needs = manifest.needs;
    source.library = manifest.folder / ("lib" + manifest.name + ".so");
    source.options = setup.options;
    source.host.skip_on_error = setup.host.on_error == config::HostSettings::OnError::skip;
    source.host.bulkhead.in_flight = static_cast<std::size_t>(setup.host.in_flight);
    source.host.bulkhead.queue = static_cast<std::size_t>(setup.host.queue);
    source.host.deadline = setup.host.deadline;
    return source;
}

service::BreakerSettings breaker_settings(const config::HttpClientConfig::Breaker& breaker) {
    return {.failures = breaker.failures, .open_for = breaker.open, .trials = breaker.trials};
}

service::HttpClientSettings http_client_settings(const config::HttpClientConfig& client) {
    service::HttpClientSettings settings;
    settings.connect_timeout = client.connect_timeout;
    settings.timeout = client.timeout;
    settings.idle_timeout = client.idle_timeout;
    settings.connections = client.connections;
    settings.max_answer = client.max_answer;
    settings.breaker = breaker_settings(client.breaker);
    return settings;
}

service::MailSettings mail_settings(const config::MailConfig& mail) {
    service::MailSettings settings;
    settings.host = mail.host;
    settings.port = static_cast<std::uint16_t>(mail.port);
    settings.security = mail_security(mail.security);
    settings.user = mail.user.value_or("");
    settings.password = mail.password.value_or("");
    settings.from = mail.from;
    settings.timeout = mail.timeout;
    return settings;
}

service::JobsSettings jobs_settings(const config::JobsConfig& jobs) {
    service::JobsSettings settings;
    settings.workers = jobs.workers;
    settings.poll = jobs.poll;
    settings.lease = jobs.lease;
    settings.attempts = jobs.attempts;
    settings.backoff = jobs.backoff;
    settings.max_backoff = jobs.max_backoff;
    settings.keep = jobs.keep;
    return settings;
}

http::ApplicationSettings application_settings(const config::ServerConfig& server) {
    http::ApplicationSettings settings;
    settings.request_timeout = server.request_timeout;
    settings.max_body = server.max_body;
    settings.trusted_proxies = server.trusted_proxies;

    http::AnswerSettings& answers = settings.answers;
    answers.errors = server.errors == config::ServerConfig::Errors::compat ? http::ErrorStyle::compat
                                                                           : http::ErrorStyle::problem;
    answers.cors.origins = server.cors.origins;
    answers.cors.credentials = server.cors.credentials;
    answers.cors.methods = server.cors.methods;
    answers.cors.headers = server.cors.headers;
    answers.cors.exposed = server.cors.expose;
    answers.cors.max_age = whole_seconds(server.cors.max_age);
    const config::ServerConfig::SecurityHeaders& security = server.security_headers;
    answers.security = {.enabled = security.enabled,
                        .content_security_policy = security.content_security_policy,
                        .referrer_policy = security.referrer_policy,
                        .frame_options = security.frame_options,
                        .hsts = whole_seconds(security.hsts)};
    return settings;
}

http::WireSettings wire_settings(const config::ServerConfig& server) {
    http::WireSettings settings;
    settings.max_head_bytes = server.max_header;
    settings.max_headers = static_cast<std::size_t>(server.max_header_fields);
    settings.max_connections = static_cast<std::size_t>(server.max_connections);
    settings.header_timeout = server.header_timeout;
    settings.idle_timeout = server.idle_timeout;
    settings.body_timeout = server.body_timeout;
    settings.write_timeout = server.body_timeout;
    settings.compress = server.compression.enabled;
    settings.compress_from_bytes = server.compression.min_size;
    return settings;
}

socket::SocketSettings socket_settings(const config::SocketsConfig& sockets,
                                       const config::ServerConfig::Cors& cors) {
    socket::SocketSettings settings;
    if (cors.credentials) settings.cookie_origins = cors.origins;
    settings.path = sockets.path;
    settings.polling = sockets.polling;
    settings.websocket = sockets.websocket;
    settings.allow_eio3 = sockets.allow_eio3;
    settings.compression = sockets.compression;
    settings.ping_interval = sockets.ping_interval;
    settings.ping_timeout = sockets.ping_timeout;
    settings.connect_timeout = sockets.connect_timeout;
    settings.upgrade_timeout = sockets.upgrade_timeout;
    settings.max_payload = sockets.max_payload;
    settings.max_outbox = sockets.max_outbox;
    settings.max_pending_events = static_cast<std::size_t>(sockets.max_pending_events);
    settings.recovery = recovery(sockets.recovery);
    settings.recovery_window = sockets.recovery_window;
    return settings;
}

net::TlsFiles tls_settings(const config::ServerConfig::Tls& tls) {
    return {.certificate = tls.certificate, .key = tls.key, .only_tls13 = tls.min_version == "tls1.3"};
}

}  // namespace mortise::app
