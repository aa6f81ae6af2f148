// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <Poco/Net/ServerSocket.h>

namespace mortise::net {

/// One entry of `server.listen`.
struct ListenAddress {
    std::string host;  ///< address or name; empty: every address of the machine, IPv6 and IPv4
    std::uint16_t port = 0;
    std::string path;  ///< of a unix socket; then host and port mean nothing

    /// "127.0.0.1:8080", "[::1]:8080", "name:8080", ":8080" (every address), "unix:/run/mortise.sock". Port 0
    /// takes a free one. Throws std::runtime_error with a sentence that names the text.
    static ListenAddress parse(std::string_view text);
};

/// A bound, listening place with one descriptor for each loop, so that every loop accepts for itself
/// (SO_REUSEPORT). The loops share the only descriptor of a unix socket.
class Listener {
public:
    /// Binds and listens. Throws std::runtime_error ("cannot listen on 127.0.0.1:80: permission denied"),
    /// also when another process listens there already, which SO_REUSEPORT alone would let pass.
    Listener(const ListenAddress& address, std::size_t loops, int backlog = 4096);
    Listener(Listener&&) noexcept = default;
    Listener& operator=(Listener&&) = delete;
    ~Listener();

    /// Stops listening and removes a unix socket's file. Acceptors must have been stopped.
    void close() noexcept;

    /// The descriptor that the loop with this number accepts from.
    int descriptor(std::size_t loop) const { return sockets_[loop % sockets_.size()].impl()->sockfd(); }
    /// Where it really listens: "127.0.0.1:41234", "unix:/run/mortise.sock".
    const std::string& text() const noexcept { return text_; }
    std::uint16_t port() const noexcept { return port_; }

private:
    void listen_on_unix(const ListenAddress& address, int backlog);
    void listen_on_tcp(const ListenAddress& address, std::size_t loops, int backlog);

    std::vector<Poco::Net::ServerSocket> sockets_;
    std::string text_;
    std::string path_;
    std::uint16_t port_ = 0;
};

}  // namespace mortise::net
