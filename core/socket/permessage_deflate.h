// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "socket/web_socket_opcode.h"

struct z_stream_s;

namespace mortise::socket {

/// What permessage-deflate (RFC 7692) was agreed on with one client. Neither side takes its context over to
/// the next message, so that one stream of zlib serves every connection of a thread, and an idle one costs
/// nothing.
struct DeflateParameters {
    int server_window_bits = 15;  // 9..15, what the client can read
};

/// Shorter messages are sent plain: they would hardly become smaller.
inline constexpr std::size_t compressed_from_bytes = 1024;

/// Opens messages that came compressed. Holds one stream of zlib (40 kB); one thread uses it.
class WebSocketInflater {
public:
    enum class Result : std::uint8_t { whole, too_big, broken };

    WebSocketInflater();
    ~WebSocketInflater();
    WebSocketInflater(const WebSocketInflater&) = delete;
    WebSocketInflater& operator=(const WebSocketInflater&) = delete;

    /// Appends the plain message to `out`. Stops as soon as it is longer than `most` bytes: a kilobyte can
    /// hold a megabyte.
    Result inflate(std::string_view compressed, std::uint64_t most, std::string& out);

private:
    std::unique_ptr<z_stream_s> stream_;
};

/// Compresses messages. Holds one stream of zlib (160 kB from the first message on); one thread uses it.
class WebSocketDeflater {
public:
    WebSocketDeflater();
    ~WebSocketDeflater();
    WebSocketDeflater(const WebSocketDeflater&) = delete;
    WebSocketDeflater& operator=(const WebSocketDeflater&) = delete;

    /// Appends the payload of the compressed frame to `out`. False, and `out` as it was, when it would not
    /// become smaller: send the message plain.
    bool deflate(std::string_view plain, const DeflateParameters& parameters, std::string& out);

private:
    void open(int window_bits);

    std::unique_ptr<z_stream_s> stream_;
    int window_bits_ = 0;  // the stream's; 0: there is none
};

/// Appends a frame, compressed where the message is long enough to gain by it.
void append_compressed_frame(std::string& out, Opcode opcode, std::string_view message,
                             WebSocketDeflater& deflater, const DeflateParameters& parameters);

}  // namespace mortise::socket
