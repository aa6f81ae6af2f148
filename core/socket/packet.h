// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/json.h>
#include <mortise/socket.h>

namespace mortise::socket {

/// Socket.IO's protocol 5, and 4 as far as they are the same. The numbers are the digits on the wire.
enum class PacketType : std::uint8_t {
    connect,
    disconnect,
    event,
    ack,
    connect_error,
    binary_event,
    binary_ack
};

/// Bytes of a packet, shared with whoever passes them on.
using Attachments = std::vector<std::shared_ptr<const Bytes>>;

/// More than these close a connection, as the reference does.
inline constexpr std::size_t max_attachments = 10;
/// The largest id JavaScript counts exactly; a packet with a larger one is malformed.
inline constexpr std::uint64_t max_packet_id = (std::uint64_t{1} << 53) - 1;

struct Packet {
    PacketType type = PacketType::event;
    std::string space = "/";          // the namespace
    std::optional<std::uint64_t> id;  // an event's: the client wants an acknowledgement
    Json data;                        // null when absent
    std::size_t attachments = 0;      // that follow, each in a binary message of its own
};

/// Reads what the text of an Engine.IO message holds; nothing when anything about it is malformed. What it
/// gives has the shape its type wants: an event's data is an array that starts with a name a client may use
/// (text or a number), an acknowledgement's is an array and has an id, CONNECT's an object or absent.
std::optional<Packet> read_packet(std::string_view text);

/// A CONNECT of protocol 4 carries its query in the namespace ("/admin?token=1"), and the query is what
/// `auth` became later: it is moved to data, as an object of texts.
void move_query_to_data(Packet& connect);

/// Names the clients' libraries raise themselves; a client that sends one is broken.
bool is_reserved_event(std::string_view event) noexcept;

/// Appends a packet. `json` is its data as JSON text, empty for none; `attachments` counts for binary types
/// only.
void append_packet(std::string& out, PacketType type, std::string_view space, std::optional<std::uint64_t> id,
                   std::string_view json, std::size_t attachments = 0);
std::string write_packet(PacketType type, std::string_view space, std::optional<std::uint64_t> id,
                         std::string_view json, std::size_t attachments = 0);

}  // namespace mortise::socket
