// SPDX-License-Identifier: Apache-2.0
// links: socket
//
// What an Engine.IO client sends. First byte: bit 0 for version 3, bit 1 for the binary form of a payload (or
// a binary frame), bit 2 for a frame instead of a payload. Packets that were read are written and read again:
// they must be the same.
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/text.h>

#include "socket/engine_packet.h"

using namespace mortise::socket;

namespace {

constexpr std::size_t max_packets = 1000;

void require(bool holds) {
    if (!holds) std::abort();
}

struct Seen {
    EnginePacketType type;
    bool is_binary;
    std::string data;

    explicit Seen(const EnginePacket& packet)
        : type(packet.type), is_binary(packet.is_binary), data(packet.data) {}
    EnginePacket packet() const { return {type, is_binary, data}; }
    bool operator==(const Seen&) const = default;
};

bool read(EngineVersion version, bool is_octet_stream, std::string_view bytes, std::vector<Seen>& seen) {
    std::string scratch;
    return read_engine_payload(version, is_octet_stream, bytes, scratch, max_packets,
                               [&](const EnginePacket& packet) { seen.emplace_back(packet); });
}

/// The binary form of version 3, which the server reads but never writes.
std::string in_binary_form(const std::vector<Seen>& packets) {
    std::string out;
    for (const Seen& packet : packets) {
        std::string bytes;
        append_engine_frame(EngineVersion::v3, bytes, packet.packet());
        out += packet.is_binary ? '\1' : '\0';
        for (const char digit : std::to_string(bytes.size())) out += static_cast<char>(digit - '0');
        out += '\xFF' + bytes;
    }
    return out;
}

void check_frame(EngineVersion version, bool is_binary, std::string_view bytes) {
    std::string scratch;
    const auto packet = read_engine_frame(version, is_binary, bytes, scratch);
    if (!packet) return;
    const Seen seen(*packet);
    for (const bool as_base64 : {false, true}) {
        std::string written;
        append_engine_frame(version, written, seen.packet(), as_base64);
        const auto again = read_engine_frame(version, seen.is_binary && !as_base64, written, scratch);
        require(again && Seen(*again) == seen);
    }
}

void check_payload(EngineVersion version, bool is_octet_stream, std::string_view bytes) {
    std::vector<Seen> seen;
    const bool is_whole = read(version, is_octet_stream, bytes, seen);
    require(seen.size() <= max_packets && (!is_whole || !seen.empty()));
    if (seen.empty()) return;
    std::string text;
    for (const Seen& packet : seen) {
        require(packet.is_binary || mortise::is_utf8(packet.data));
        append_engine_payload(version, text, packet.packet());
    }
    std::vector<Seen> again;
    // In version 4 a separator within a packet cannot be told from one between packets, and none is read.
    require(read(version, false, text, again) && again == seen);
    if (version == EngineVersion::v4) return;
    again.clear();
    require(read(version, true, in_binary_form(seen), again) && again == seen);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size < 1 || size > 64 * 1024) return 0;
    const auto version = (data[0] & 1) != 0 ? EngineVersion::v3 : EngineVersion::v4;
    const bool is_binary = (data[0] & 2) != 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    if ((data[0] & 4) != 0)
        check_frame(version, is_binary, bytes);
    else
        check_payload(version, is_binary, bytes);
    return 0;
}
