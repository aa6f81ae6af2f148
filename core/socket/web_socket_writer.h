// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "socket/web_socket_opcode.h"

namespace mortise::socket {

/// The most a server's frame head takes: it is never masked.
inline constexpr std::size_t max_frame_head = 10;

/// Writes the head of an unfragmented frame and returns its size. `is_compressed` marks the payload as one
/// that WebSocketDeflater made.
std::size_t write_frame_head(char (&head)[max_frame_head], Opcode opcode, std::size_t length,
                             bool is_compressed = false) noexcept;

/// Appends an unfragmented frame.
void append_frame(std::string& out, Opcode opcode, std::string_view payload, bool is_compressed = false);

/// Appends a close frame. Code 1005 ("none") sends an empty one; a reason that is too long (123 bytes) is cut
/// before a character. It has to be UTF-8.
void append_close(std::string& out, std::uint16_t code, std::string_view reason = {});

}  // namespace mortise::socket
