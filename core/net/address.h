// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace mortise::net {

/// An end of a connection: an IPv4 or IPv6 address with its port, or nothing for a unix socket. A plain
/// value.
class Address {
public:
    Address() noexcept = default;
    /// Takes what the kernel wrote; anything but IPv4 and IPv6 becomes the empty address. IPv4 that came
    /// through an IPv6 socket (::ffff:1.2.3.4) is IPv4.
    Address(const sockaddr* kernel, socklen_t length) noexcept;

    /// "127.0.0.1" or "::1", without a port and without brackets; "unix" for a unix socket.
    std::string host() const;
    /// "127.0.0.1:8080", "[::1]:8080" or "unix".
    std::string text() const;
    std::uint16_t port() const noexcept;

private:
    union {
        sockaddr_in v4;
        sockaddr_in6 v6;
    } at_{};
};

}  // namespace mortise::net
