// SPDX-License-Identifier: Apache-2.0
#include "net/address.h"

#include <arpa/inet.h>

#include <array>
#include <cstring>

namespace mortise::net {

Address::Address(const sockaddr* kernel, socklen_t length) noexcept {
    if (kernel->sa_family == AF_INET && length >= sizeof at_.v4) {
        std::memcpy(&at_.v4, kernel, sizeof at_.v4);
    } else if (kernel->sa_family == AF_INET6 && length >= sizeof at_.v6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, kernel, sizeof v6);
        if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
            at_.v4.sin_family = AF_INET;
            at_.v4.sin_port = v6.sin6_port;
            std::memcpy(&at_.v4.sin_addr, v6.sin6_addr.s6_addr + 12, sizeof at_.v4.sin_addr);
        } else {
            at_.v6 = v6;
        }
    }
}

std::string Address::host() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (at_.v4.sin_family == AF_INET) return ::inet_ntop(AF_INET, &at_.v4.sin_addr, text.data(), text.size());
    if (at_.v4.sin_family == AF_INET6)
        return ::inet_ntop(AF_INET6, &at_.v6.sin6_addr, text.data(), text.size());
    return "unix";
}

std::string Address::text() const {
    if (at_.v4.sin_family == AF_INET) return host() + ":" + std::to_string(port());
    if (at_.v4.sin_family == AF_INET6) return "[" + host() + "]:" + std::to_string(port());
    return "unix";
}

std::uint16_t Address::port() const noexcept {
    return at_.v4.sin_family == AF_INET || at_.v4.sin_family == AF_INET6 ? ntohs(at_.v4.sin_port)
                                                                         : std::uint16_t{0};
}

}  // namespace mortise::net
