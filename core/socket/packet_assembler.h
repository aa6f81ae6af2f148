// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "socket/packet.h"

namespace mortise::socket {

/// Puts the packets of one connection together from its messages: a packet's text comes first, its
/// attachments follow. Holds no memory while nothing is pending.
class PacketAssembler {
public:
    enum class Kind : std::uint8_t { more, packet, fault };

    struct Outcome {
        Kind kind = Kind::more;
        /// Whole: its type is event or ack even when it came as a binary one, and every placeholder in its
        /// data
        /// ({"_placeholder":true,"num":0}) counts one of `attachments`.
        Packet packet;
        Attachments attachments;
        std::string_view fault;  // a literal for the log: the connection has to be closed
    };

    PacketAssembler() noexcept;
    PacketAssembler(PacketAssembler&&) noexcept;
    PacketAssembler& operator=(PacketAssembler&&) noexcept;
    ~PacketAssembler();

    Outcome take_text(std::string_view text);
    Outcome take_bytes(std::string_view bytes);

    bool is_pending() const { return pending_ != nullptr; }

private:
    std::unique_ptr<Outcome> pending_;  // a packet that waits for attachments
};

}  // namespace mortise::socket
