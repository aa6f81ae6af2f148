// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mortise::socket {

/// Engine.IO's revisions: 4 for Socket.IO 3 and later, 3 for Socket.IO 2.
enum class EngineVersion : std::uint8_t { v3 = 3, v4 = 4 };

/// The numbers are the digits on the wire.
enum class EnginePacketType : std::uint8_t { open, close, ping, pong, message, upgrade, noop };

struct EnginePacket {
    EnginePacketType type = EnginePacketType::noop;
    bool is_binary = false;  // a message of bytes
    std::string_view data;
};

/// Reads the packet a WebSocket message holds; nothing when it is malformed. Its data views `frame`, or
/// `scratch` for a client that sends its bytes as base64.
std::optional<EnginePacket> read_engine_frame(EngineVersion version, bool is_binary_frame,
                                              std::string_view frame, std::string& scratch);

/// Appends the packet as a WebSocket message. It has to be sent as binary when the packet is binary, but for
/// a client that wants base64 (b64=1 in its handshake).
void append_engine_frame(EngineVersion version, std::string& out, const EnginePacket& packet,
                         bool as_base64 = false);

/// Appends the packet to the answer to a poll, which is text for either version. `out` holds packets
/// of this answer only.
void append_engine_payload(EngineVersion version, std::string& out, const EnginePacket& packet);

/// Takes the body of a POST apart, packet by packet.
class EnginePayloadReader {
public:
    enum class Result : std::uint8_t { packet, end, malformed };

    /// `is_octet_stream`: the body is in the binary form, which version 3 alone has. Both views have to stay.
    EnginePayloadReader(EngineVersion version, bool is_octet_stream, std::string_view payload,
                        std::string& scratch);
    /// The packet's data is valid until the next call.
    Result next(EnginePacket& packet);

private:
    bool cut_record(std::string_view& record, bool& is_binary);
    bool cut_counted(std::string_view& record);
    bool cut_binary(std::string_view& record, bool& is_binary);

    EngineVersion version_;
    bool is_octet_stream_;
    bool is_broken_ = false;
    bool is_over_ = false;
    std::string_view rest_;
    std::string& scratch_;
};

/// Calls `take` for each packet of a POST's body. False when it is malformed or holds more than
/// `max_packets`; those before the fault were taken. A body without a packet is malformed.
template <class Take>
bool read_engine_payload(EngineVersion version, bool is_octet_stream, std::string_view payload,
                         std::string& scratch, std::size_t max_packets, Take&& take) {
    EnginePayloadReader reader(version, is_octet_stream, payload, scratch);
    EnginePacket packet;
    for (std::size_t count = 0;; ++count) {
        const auto result = reader.next(packet);
        if (result != EnginePayloadReader::Result::packet) return result == EnginePayloadReader::Result::end;
        if (count == max_packets) return false;
        take(static_cast<const EnginePacket&>(packet));
    }
}

}  // namespace mortise::socket
