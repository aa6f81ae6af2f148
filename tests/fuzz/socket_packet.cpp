// SPDX-License-Identifier: Apache-2.0
// links: socket
//
// Messages of a Socket.IO client, one a line: 't' and text, or 'b' and bytes. What they make of packets is
// written and read again: it must be the same.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include <mortise/text.h>

#include "socket/packet_assembler.h"

using namespace mortise;
using namespace mortise::socket;
using Kind = PacketAssembler::Kind;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

PacketAssembler::Outcome take(PacketAssembler& assembler, std::string_view message) {
    if (message.starts_with('b')) return assembler.take_bytes(message.substr(1));
    return assembler.take_text(message.empty() ? message : message.substr(1));
}

std::string written(const PacketAssembler::Outcome& whole) {
    const Packet& packet = whole.packet;
    const std::string json = packet.data.is_null() ? "" : to_text(packet.data);
    auto type = packet.type;
    if (!whole.attachments.empty())
        type = type == PacketType::event ? PacketType::binary_event : PacketType::binary_ack;
    return write_packet(type, packet.space, packet.id, json, whole.attachments.size());
}

PacketAssembler::Outcome read(std::string_view text, const Attachments& attachments) {
    PacketAssembler assembler;
    auto outcome = assembler.take_text(text);
    for (const auto& bytes : attachments) {
        require(outcome.kind == Kind::more);
        outcome = assembler.take_bytes({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    }
    require(outcome.kind == Kind::packet && !assembler.is_pending());
    return outcome;
}

void check(const PacketAssembler::Outcome& whole) {
    const Packet& packet = whole.packet;
    require(packet.type != PacketType::binary_event && packet.type != PacketType::binary_ack);
    require(packet.attachments == whole.attachments.size() && packet.attachments <= max_attachments);
    require(packet.space.starts_with('/') && packet.id.value_or(0) <= max_packet_id);
    const auto again = read(written(whole), whole.attachments);
    require(again.packet.type == packet.type && again.packet.space == packet.space);
    require(again.packet.id == packet.id && again.packet.data.kind() == packet.data.kind());
    require(std::ranges::equal(again.attachments, whole.attachments,
                               [](const auto& left, const auto& right) { return *left == *right; }));
    // Numbers settle at the second time: -0.0 is written as -0 and read as 0.
    const auto settled = written(again);
    require(written(read(settled, whole.attachments)) == settled);

    Packet moved = packet;
    move_query_to_data(moved);
    require(moved.space.find('?') == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size > 64 * 1024) return 0;
    std::string_view messages(reinterpret_cast<const char*>(data), size);
    PacketAssembler assembler;
    while (!messages.empty()) {
        const auto outcome = take(assembler, take_until(messages, '\n'));
        require((outcome.kind == Kind::more) == assembler.is_pending() || outcome.kind == Kind::fault);
        if (outcome.kind == Kind::packet) check(outcome);
        if (outcome.kind == Kind::fault) assembler = PacketAssembler();
    }
    return 0;
}
