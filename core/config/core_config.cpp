// SPDX-License-Identifier: Apache-2.0
#include "config/core_config.h"

#include <utility>

#include <mortise/text.h>

namespace mortise::config {

namespace {

// Every integer of core.yaml has a max that fits.
int whole(const Options& options, std::string_view name) {
    return static_cast<int>(options.integer(name));
}

std::optional<int> optional_whole(const Options& options, std::string_view name) {
    if (!options.has(name)) return std::nullopt;
    return whole(options, name);
}

std::optional<std::string> optional_text(const Options& options, std::string_view name) {
    if (!options.has(name)) return std::nullopt;
    return options.text(name);
}

ServerConfig::Tls tls_config(const Options& tls) {
    return {.certificate = tls.text("certificate"),
            .key = tls.text("key"),
            .min_version = tls.text("min_version")};
}

ServerConfig::Cors cors_config(const Options& cors) {
    return {.origins = cors.texts("origins"),
            .credentials = cors.flag("credentials"),
            .methods = cors.texts("methods"),
            .headers = cors.texts("headers"),
            .expose = cors.texts("expose"),
            .max_age = cors.duration("max_age")};
}

ServerConfig::SecurityHeaders security_headers_config(const Options& headers) {
    return {.enabled = headers.flag("enabled"),
            .content_security_policy = headers.text("content_security_policy"),
            .referrer_policy = headers.text("referrer_policy"),
            .frame_options = headers.text("frame_options"),
            .hsts = headers.duration("hsts")};
}

ServerConfig::Compression compression_config(const Options& compression) {
    return {.enabled = compression.flag("enabled"), .min_size = compression.size("min_size")};
}

ServerConfig server_config(const Options& server) {
    ServerConfig config{
        .listen = server.texts("listen"),
        .tls = std::nullopt,
        .io_threads = optional_whole(server, "io_threads"),
        .workers = optional_whole(server, "workers"),
        .request_timeout = server.duration("request_timeout"),
        .header_timeout = server.duration("header_timeout"),
        .body_timeout = server.duration("body_timeout"),
        .idle_timeout = server.duration("idle_timeout"),
        .max_body = server.size("max_body"),
        .max_header = server.size("max_header"),
        .max_header_fields = whole(server, "max_header_fields"),
        .max_connections = whole(server, "max_connections"),
        .trusted_proxies = server.texts("trusted_proxies"),
        .aliases = server.text_entries("aliases"),
        .cors = cors_config(server.group("cors")),
        .security_headers = security_headers_config(server.group("security_headers")),
        .compression = compression_config(server.group("compression")),
        .errors =
            server.text("errors") == "compat" ? ServerConfig::Errors::compat : ServerConfig::Errors::problem,
        .drain = server.duration("drain"),
        .plugin_path = server.texts("plugin_path"),
    };
    if (server.has("tls")) config.tls = tls_config(server.group("tls"));
    return config;
}

DatabaseConfig database_config(const Options& database) {
    const Options& pool = database.group("pool");
    return {.url = database.text("url"),
            .replicas = database.texts("replicas"),
            .pool = {.min = whole(pool, "min"),
                     .max = whole(pool, "max"),
                     .idle_timeout = pool.duration("idle_timeout"),
                     .wait = pool.duration("wait")},
            .connect_timeout = database.duration("connect_timeout"),
            .statement_timeout = database.duration("statement_timeout")};
}

RedisConfig::Tls redis_tls_config(const Options& tls) {
    const auto file = [&](std::string_view name) { return tls.has(name) ? tls.text(name) : std::string(); };
    return {.authorities = file("authorities"), .certificate = file("certificate"), .key = file("key")};
}

RedisConfig redis_config(const Options& redis) {
    return {.url = redis.text("url"),
            .prefix = redis.text("prefix"),
            .connect_timeout = redis.duration("connect_timeout"),
            .timeout = redis.duration("timeout"),
            .pool = whole(redis, "pool"),
            .tls = redis_tls_config(redis.group("tls"))};
}

SocketsConfig::Recovery recovery(const std::string& word) {
    if (word == "off") return SocketsConfig::Recovery::off;
    return word == "always" ? SocketsConfig::Recovery::always : SocketsConfig::Recovery::on_request;
}

SocketsConfig sockets_config(const Options& sockets) {
    return {.path = sockets.text("path"),
            .polling = contains(sockets.texts("transports"), "polling"),
            .websocket = contains(sockets.texts("transports"), "websocket"),
            .ping_interval = sockets.duration("ping_interval"),
            .ping_timeout = sockets.duration("ping_timeout"),
            .connect_timeout = sockets.duration("connect_timeout"),
            .upgrade_timeout = sockets.duration("upgrade_timeout"),
            .max_payload = sockets.size("max_payload"),
            .max_outbox = sockets.size("max_outbox"),
            .max_pending_events = whole(sockets, "max_pending_events"),
            .allow_eio3 = sockets.flag("allow_eio3"),
            .compression = sockets.flag("compression"),
            .recovery = recovery(sockets.text("recovery")),
            .recovery_window = sockets.duration("recovery_window"),
            .sharded_adapter = sockets.text("adapter") == "sharded",
            .adapter_prefix = sockets.text("adapter_prefix")};
}

LogConfig log_config(const Options& log) {
    LogConfig config{.level = log.text("level"),
                     .levels = log.text_entries("levels"),
                     .format = LogConfig::Format::automatic,
                     .access = log.flag("access"),
                     .files = std::nullopt};
    if (log.has("format"))
        config.format = log.text("format") == "json" ? LogConfig::Format::json : LogConfig::Format::text;
    if (log.has("files")) {
        const Options& files = log.group("files");
        config.files = LogConfig::Files{
            .folder = files.text("folder"), .max_size = files.size("max_size"), .keep = whole(files, "keep")};
    }
    return config;
}

MailConfig mail_config(const Options& mail) {
    const std::string& security = mail.text("security");
    MailConfig config{.host = mail.text("host"),
                      .port = whole(mail, "port"),
                      .security = security == "tls"    ? MailConfig::Security::tls
                                  : security == "none" ? MailConfig::Security::none
                                                       : MailConfig::Security::starttls,
                      .user = optional_text(mail, "user"),
                      .password = std::nullopt,
                      .from = mail.text("from"),
                      .timeout = mail.duration("timeout")};
    if (mail.has("password")) config.password = mail.secret("password");
    return config;
}

JobsConfig jobs_config(const Options& jobs) {
    return {.workers = whole(jobs, "workers"),
            .poll = jobs.duration("poll"),
            .lease = jobs.duration("lease"),
            .attempts = whole(jobs, "attempts"),
            .backoff = jobs.duration("backoff"),
            .max_backoff = jobs.duration("max_backoff"),
            .keep = jobs.duration("keep")};
}

HttpClientConfig http_client_config(const Options& client) {
    const Options& breaker = client.group("breaker");
    return {.connect_timeout = client.duration("connect_timeout"),
            .timeout = client.duration("timeout"),
            .idle_timeout = client.duration("idle_timeout"),
            .connections = whole(client, "connections"),
            .max_answer = client.size("max_answer"),
            .breaker = {.failures = whole(breaker, "failures"),
                        .open = breaker.duration("open"),
                        .trials = whole(breaker, "trials")}};
}

}  // namespace

CoreConfig core_config(const Options& options) {
    const Options& metrics = options.group("metrics");
    const Options& documents = options.group("documents");
    CoreConfig config{
        .server = server_config(options.group("server")),
        .database = database_config(options.group("database")),
        .redis = std::nullopt,
        .sockets = sockets_config(options.group("sockets")),
        .log = log_config(options.group("log")),
        .metrics = {.enabled = metrics.flag("enabled"), .allow = metrics.texts("allow")},
        .documents = {.enabled = documents.flag("enabled"), .title = documents.text("title")},
        .mail = std::nullopt,
        .jobs = jobs_config(options.group("jobs")),
        .http_client = http_client_config(options.group("http_client")),
    };
    if (options.has("redis")) config.redis = redis_config(options.group("redis"));
    if (options.has("mail")) config.mail = mail_config(options.group("mail"));
    return config;
}

HostSettings host_settings(const Options& options) {
    HostSettings settings{.on_error = options.text("on_error") == "skip" ? HostSettings::OnError::skip
                                                                         : HostSettings::OnError::fail,
                          .in_flight = whole(options, "in_flight"),
                          .queue = whole(options, "queue"),
                          .deadline = std::nullopt};
    if (options.has("deadline")) settings.deadline = options.duration("deadline");
    return settings;
}

}  // namespace mortise::config
