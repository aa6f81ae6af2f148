// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/message.h>

#include "socket/engine_packet.h"
#include "socket/permessage_deflate.h"

namespace mortise::socket {

/// One message with its attachments on its way to any number of Engine.IO clients: encoded once, shared by
/// all their outboxes, immutable.
class Frame {
public:
    /// A text message and the binary ones that follow it.
    explicit Frame(std::string_view text, std::vector<SharedBytes> attachments = {});
    /// An event that a client may be sent again when it comes back.
    static std::shared_ptr<const Frame> event(std::string_view text, std::vector<SharedBytes> attachments);
    /// One binary message.
    static std::shared_ptr<const Frame> binary(std::string_view bytes);

    /// As WebSocket frames, ready to be sent.
    std::string_view wire() const { return wire_; }
    /// The same with what is worth it compressed, for clients of Engine.IO 4 that agreed to
    /// permessage-deflate. Made once for all of them.
    std::string_view compressed_wire(WebSocketDeflater& deflater) const;
    /// The same for Engine.IO 3, where it differs: binary messages have a type byte there.
    void append_wire(EngineVersion version, std::string& out) const;
    /// As part of the answer to a poll.
    void append_payload(EngineVersion version, std::string& out) const;

    /// The same event with its offset as the last argument, by which a client tells how far it came; null for
    /// what is no event. Made once for all.
    std::shared_ptr<const Frame> recallable() const;
    /// 0 for a frame that has none.
    std::uint64_t offset() const { return offset_; }

    bool has_attachments() const { return !attachments_.empty(); }
    /// What it takes in an outbox, in bytes.
    std::size_t size() const { return wire_.size(); }

private:
    Frame() = default;

    std::string wire_;
    std::size_t text_begin_ = 0;  // of the text message in wire_; behind its end there is none
    std::size_t text_length_ = 0;
    bool has_text_ = false;
    bool is_event_ = false;
    std::uint64_t offset_ = 0;
    mutable std::once_flag is_compressed_;
    mutable std::string compressed_;
    mutable std::once_flag is_made_;
    mutable std::shared_ptr<const Frame> recallable_;
    std::vector<SharedBytes> attachments_;
};

using SharedFrame = std::shared_ptr<const Frame>;

inline std::string_view view_of(const Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace mortise::socket
