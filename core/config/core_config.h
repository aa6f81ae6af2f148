// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <mortise/options.h>

// The options of core.yaml as plain values, made once at start. Their meaning, ranges and defaults stand in
// schema/core.yaml alone; an empty optional is an option that was not given, or left to `auto`.
namespace mortise::config {

using std::chrono::milliseconds;

struct ServerConfig {
    struct Tls {
        std::string certificate, key, min_version;
    };
    struct Cors {
        std::vector<std::string> origins;
        bool credentials;
        std::vector<std::string> methods, headers, expose;
        milliseconds max_age;
    };
    struct SecurityHeaders {
        bool enabled;
        std::string content_security_policy, referrer_policy, frame_options;
        milliseconds hsts;
    };
    struct Compression {
        bool enabled;
        std::uint64_t min_size;
    };
    enum class Errors { problem, compat };

    std::vector<std::string> listen;
    std::optional<Tls> tls;
    std::optional<int> io_threads, workers;
    milliseconds request_timeout, header_timeout, body_timeout, idle_timeout;
    std::uint64_t max_body, max_header;
    int max_header_fields, max_connections;
    std::vector<std::string> trusted_proxies;
    Options::Map<std::string> aliases;  ///< "/auth" -> "/api/v1/auth"
    Cors cors;
    SecurityHeaders security_headers;
    Compression compression;
    Errors errors;
    milliseconds drain;
    std::vector<std::string> plugin_path;
};

struct DatabaseConfig {
    struct Pool {
        int min, max;
        milliseconds idle_timeout, wait;
    };

    std::string url;
    std::vector<std::string> replicas;
    Pool pool;
    milliseconds connect_timeout, statement_timeout;
};

struct RedisConfig {
    struct Tls {
        std::string authorities, certificate, key;  ///< files; each may be empty
    };

    std::string url, prefix;
    milliseconds connect_timeout, timeout;
    int pool;
    Tls tls;
};

struct SocketsConfig {
    enum class Recovery { off, on_request, always };

    std::string path;
    bool polling, websocket;
    milliseconds ping_interval, ping_timeout, connect_timeout, upgrade_timeout;
    std::uint64_t max_payload, max_outbox;
    int max_pending_events;
    bool allow_eio3, compression;
    Recovery recovery;
    milliseconds recovery_window;
    bool sharded_adapter;
    std::string adapter_prefix;
};

struct LogConfig {
    struct Files {
        std::string folder;
        std::uint64_t max_size;
        int keep;
    };
    enum class Format { automatic, text, json };

    std::string level;  ///< trace, debug, info, warn, error or off
    Options::Map<std::string> levels;
    Format format;
    bool access;
    std::optional<Files> files;
};

struct MetricsConfig {
    bool enabled;
    std::vector<std::string> allow;
};

struct DocumentsConfig {
    bool enabled;
    std::string title;
};

struct MailConfig {
    enum class Security { starttls, tls, none };

    std::string host;
    int port;
    Security security;
    std::optional<std::string> user, password;
    std::string from;
    milliseconds timeout;
};

struct JobsConfig {
    int workers;
    milliseconds poll, lease;
    int attempts;
    milliseconds backoff, max_backoff, keep;
};

struct HttpClientConfig {
    struct Breaker {
        int failures;
        milliseconds open;
        int trials;
    };

    milliseconds connect_timeout, timeout, idle_timeout;
    int connections;
    std::uint64_t max_answer;
    Breaker breaker;
};

struct CoreConfig {
    ServerConfig server;
    DatabaseConfig database;
    std::optional<RedisConfig> redis;
    SocketsConfig sockets;
    LogConfig log;
    MetricsConfig metrics;
    DocumentsConfig documents;
    std::optional<MailConfig> mail;
    JobsConfig jobs;
    HttpClientConfig http_client;
};

/// The settings of one plugin under its reserved key `host:`.
struct HostSettings {
    enum class OnError { fail, skip };

    OnError on_error;
    int in_flight, queue;
    std::optional<milliseconds> deadline;  ///< empty: server.request_timeout
};

/// From options that were read by core_schema() or host_schema().
CoreConfig core_config(const Options& options);
HostSettings host_settings(const Options& options);

}  // namespace mortise::config
