// SPDX-License-Identifier: Apache-2.0
#include "socket/packet_assembler.h"

#include <algorithm>
#include <utility>

namespace mortise::socket {

namespace {

using Outcome = PacketAssembler::Outcome;
using Kind = PacketAssembler::Kind;

Outcome fault(std::string_view why) {
    Outcome outcome;
    outcome.kind = Kind::fault;
    outcome.fault = why;
    return outcome;
}

/// Whether every placeholder counts one of so many attachments. No deeper than JSON may be.
bool placeholders_hold(const Json& json, std::size_t attachments) {
    if (const JsonArray* array = json.if_array())
        return std::ranges::all_of(*array,
                                   [=](const Json& item) { return placeholders_hold(item, attachments); });
    const JsonObject* object = json.if_object();
    if (object == nullptr) return true;
    const Json* mark = object->if_contains("_placeholder");
    if (mark != nullptr && mark->is_bool() && mark->get_bool()) {
        const Json* number = object->if_contains("num");
        return number != nullptr && number->is_int64() && number->get_int64() >= 0 &&
               static_cast<std::size_t>(number->get_int64()) < attachments;
    }
    return std::ranges::all_of(
        *object, [=](const auto& member) { return placeholders_hold(member.value(), attachments); });
}

}  // namespace

PacketAssembler::PacketAssembler() noexcept = default;
PacketAssembler::PacketAssembler(PacketAssembler&&) noexcept = default;
PacketAssembler& PacketAssembler::operator=(PacketAssembler&&) noexcept = default;
PacketAssembler::~PacketAssembler() = default;

Outcome PacketAssembler::take_text(std::string_view text) {
    if (pending_) return fault("text while attachments are pending");
    auto packet = read_packet(text);
    if (!packet) return fault("malformed packet");
    Outcome outcome;
    outcome.kind = Kind::packet;
    outcome.packet = std::move(*packet);
    auto& type = outcome.packet.type;
    if (type != PacketType::binary_event && type != PacketType::binary_ack) return outcome;
    if (!placeholders_hold(outcome.packet.data, outcome.packet.attachments))
        return fault("a placeholder without an attachment");
    type = type == PacketType::binary_event ? PacketType::event : PacketType::ack;
    if (outcome.packet.attachments == 0) return outcome;
    outcome.attachments.reserve(outcome.packet.attachments);
    pending_ = std::make_unique<Outcome>(std::move(outcome));
    return {};
}

Outcome PacketAssembler::take_bytes(std::string_view bytes) {
    if (!pending_) return fault("bytes nobody announced");
    pending_->attachments.push_back(std::make_shared<const Bytes>(bytes.begin(), bytes.end()));
    if (pending_->attachments.size() < pending_->packet.attachments) return {};
    return std::move(*std::exchange(pending_, nullptr));
}

}  // namespace mortise::socket
