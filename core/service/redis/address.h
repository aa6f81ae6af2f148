// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mortise::service {

/// Where a Redis server is and how to sign in, from a URL:
///
///     redis://[[user]:password@]host[:port][/database]     rediss:// the same by TLS
///     unix:/path[?database=N][&user=…][&password=…]        unix:///path too
///
/// User and password may be percent-encoded; a password alone signs in the default user. An IPv6 address
/// stands in brackets.
struct RedisAddress {
    std::string host;
    std::uint16_t port = 6379;
    std::string path;  ///< of a Unix socket, instead of host and port
    bool tls = false;
    std::string user;
    std::string password;
    int database = 0;

    /// Throws std::invalid_argument; its text has no password in it.
    static RedisAddress parse(std::string_view url);
    /// "host:port/database" or the path, without user and password: for the log.
    std::string shown() const;
};

}  // namespace mortise::service
