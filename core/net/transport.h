// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "net/descriptor.h"
#include "net/tls_context.h"

namespace mortise::net {

/// How an attempt to move bytes ended. `bytes` is zero unless it is done.
struct Moved {
    enum class State : std::uint8_t {
        done,    ///< `bytes` were moved, maybe fewer than offered
        again,   ///< nothing to move now; the loop will tell
        closed,  ///< the peer has ended its stream (receive only)
        failed,  ///< the connection is broken
    };
    State state;
    std::size_t bytes = 0;
};

/// One connection's bytes in and out, plain or TLS, never blocking. Owns the descriptor. May move to another
/// thread between calls. Plain costs one predictable branch over the bare system call.
class Transport {
public:
    Transport() noexcept = default;
    explicit Transport(Descriptor socket) noexcept : socket_(std::move(socket)) {}
    Transport(Descriptor socket, TlsContext::Session session) noexcept
        : socket_(std::move(socket)), session_(std::move(session)) {}

    Moved receive(std::span<char> into) {
        return session_ == nullptr ? receive_plain(into) : receive_tls(into);
    }
    Moved send(std::string_view bytes) { return session_ == nullptr ? send_plain(bytes) : send_tls(bytes); }
    /// Several pieces as one. After `again` or a part, what comes next must begin with the bytes that were
    /// not taken.
    Moved send(std::span<const iovec> pieces);
    /// From a file, without passing through this process; only where sends_files(). Moves `offset` on.
    Moved send_file(int file, off_t& offset, std::size_t length);

    /// Tells the peer that nothing more will come (TLS: its close alert too). The other direction stays open.
    void finish_sending() noexcept;
    /// Closing will tell the peer that the stream was cut, not ended.
    void reset_on_close() const noexcept;
    void close() noexcept;

    bool sends_files() const noexcept { return session_ == nullptr; }
    bool is_tls() const noexcept { return session_ != nullptr; }
    bool is_open() const noexcept { return static_cast<bool>(socket_); }
    int descriptor() const noexcept { return socket_.get(); }

private:
    Moved receive_plain(std::span<char> into) const;
    Moved send_plain(std::string_view bytes) const;
    Moved receive_tls(std::span<char> into);
    Moved send_tls(std::string_view bytes);

    Descriptor socket_;
    TlsContext::Session session_;  // null: plain
};

}  // namespace mortise::net
