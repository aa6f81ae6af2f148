// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/log.h>

#include "config/configuration.h"
#include "http/application.h"
#include "http/wire_settings.h"
#include "net/tls_context.h"
#include "observe/logs.h"
#include "plugin/plugin_source.h"
#include "plugin/worker_pool.h"
#include "service/database/database.h"
#include "service/job_service.h"
#include "service/mail_transport.h"
#include "service/outgoing_http.h"
#include "service/redis/settings.h"
#include "socket/socket_settings.h"

// What the configuration says, in the words of each room.
namespace mortise::app {

observe::LogSettings log_settings(const config::LogConfig& log);
service::DatabaseSettings database_settings(const config::DatabaseConfig& database);
/// Throws std::invalid_argument, which names the option, for what the schema cannot tell.
service::RedisSettings redis_settings(const config::RedisConfig& redis);
plugin::WorkerSettings worker_settings(const config::ServerConfig& server);
plugin::PluginSource plugin_source(const config::PluginSetup& setup);
service::BreakerSettings breaker_settings(const config::HttpClientConfig::Breaker& breaker);
service::HttpClientSettings http_client_settings(const config::HttpClientConfig& client);
service::MailSettings mail_settings(const config::MailConfig& mail);
service::JobsSettings jobs_settings(const config::JobsConfig& jobs);
http::ApplicationSettings application_settings(const config::ServerConfig& server);
http::WireSettings wire_settings(const config::ServerConfig& server);
socket::SocketSettings socket_settings(const config::SocketsConfig& sockets,
                                       const config::ServerConfig::Cors& cors);
net::TlsFiles tls_settings(const config::ServerConfig::Tls& tls);

}  // namespace mortise::app
