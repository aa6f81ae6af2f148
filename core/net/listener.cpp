// SPDX-License-Identifier: Apache-2.0
#include "net/listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>

namespace mortise::net {

namespace {

using Poco::Net::ServerSocket;
using Poco::Net::SocketAddress;

[[noreturn]] void refuse(std::string_view text, const char* why) {
    throw std::runtime_error("cannot listen on '" + std::string(text) + "': " + why);
}

void bind(ServerSocket& socket, const SocketAddress& address, bool share_port, bool dual_stack) {
    if (address.family() == Poco::Net::AddressFamily::IPv6) {
        socket.bind6(address, true, share_port, !dual_stack);
    } else {
        socket.bind(address, true, share_port);
    }
}

bool machine_has_ipv6() {
    const int probe = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0) return false;
    ::close(probe);
    return true;
}

std::string reason(const Poco::Exception& fault) {
    if (dynamic_cast<const Poco::Net::HostNotFoundException*>(&fault) != nullptr ||
        dynamic_cast<const Poco::Net::NoAddressFoundException*>(&fault) != nullptr) {
        return "this name has no address";
    }
    if (fault.code() != 0) return std::error_code(fault.code(), std::generic_category()).message();
    return fault.displayText();
}

}  // namespace

ListenAddress ListenAddress::parse(std::string_view text) {
    ListenAddress address;
    if (text.starts_with("unix:")) {
        address.path = text.substr(5);
        // sun_path holds 108 bytes with its terminating zero.
        if (address.path.empty() || address.path.size() > 107)
            refuse(text, "a unix socket's path has 1 to 107 bytes");
        return address;
    }
    const auto colon = text.rfind(':');
    const auto host = text.substr(0, colon == std::string_view::npos ? 0 : colon);
    if (colon == std::string_view::npos || host.starts_with('[') != host.ends_with(']') ||
        (!host.starts_with('[') && host.find(':') != std::string_view::npos)) {
        refuse(text, "expected host:port, [IPv6]:port, :port or unix:/path");
    }
    address.host = host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
    if (address.host.empty() && !host.empty()) refuse(text, "there is no address between the brackets");
    const auto digits = text.substr(colon + 1);
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
    if (fault != std::errc{} || end != digits.data() + digits.size())
        refuse(text, "a port is a number from 0 to 65535");
    return address;
}

Listener::Listener(const ListenAddress& address, std::size_t loops, int backlog) {
    const auto wanted =
        address.path.empty() ? address.host + ":" + std::to_string(address.port) : "unix:" + address.path;
    try {
        if (address.path.empty()) {
            listen_on_tcp(address, loops, backlog);
        } else {
            listen_on_unix(address, backlog);
        }
    } catch (const Poco::Exception& fault) {
        refuse(wanted, reason(fault).c_str());
    }
}

Listener::~Listener() {
    close();
}

void Listener::close() noexcept {
    sockets_.clear();
    if (!path_.empty()) ::unlink(std::exchange(path_, {}).c_str());
}

void Listener::listen_on_unix(const ListenAddress& address, int backlog) {
    const SocketAddress place(SocketAddress::UNIX_LOCAL, address.path);
    try {
        Poco::Net::StreamSocket probe(place);
        refuse("unix:" + address.path, "another process listens there");
    } catch (const Poco::Exception&) {
        ::unlink(address.path.c_str());  // nobody answers: what is left is a dead server's
    }
    auto& socket = sockets_.emplace_back();
    socket.bind(place);
    socket.listen(backlog);
    socket.setBlocking(false);
    path_ = address.path;
    text_ = "unix:" + path_;
}

void Listener::listen_on_tcp(const ListenAddress& address, std::size_t loops, int backlog) {
    const bool everywhere = address.host.empty();
    const auto host = !everywhere ? address.host : machine_has_ipv6() ? "::" : "0.0.0.0";
    SocketAddress place(host, address.port);
    if (address.port != 0) {
        ServerSocket probe;
        bind(probe, place, false, everywhere);
    }
    for (std::size_t i = 0; i < loops; ++i) {
        auto& socket = sockets_.emplace_back();
        bind(socket, place, true, everywhere);
        // Accepted sockets inherit these, which saves a system call each.
        const int on = 1;
        ::setsockopt(socket.impl()->sockfd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ::setsockopt(socket.impl()->sockfd(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
        socket.listen(backlog);
        socket.setBlocking(false);
        place = socket.address();  // port 0: the others take the port that this one got
    }
    port_ = place.port();
    text_ = everywhere ? ":" + std::to_string(port_) : place.toString();
}

}  // namespace mortise::net
