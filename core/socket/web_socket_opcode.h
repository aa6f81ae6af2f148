// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace mortise::socket {

/// What a frame is (RFC 6455 section 5.2); the numbers stand on the wire.
enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Close, ping and pong: short, whole, and allowed between the fragments of a message.
constexpr bool is_control(Opcode opcode) noexcept {
    return opcode >= Opcode::close;
}

inline constexpr std::size_t max_control_payload = 125;

}  // namespace mortise::socket
