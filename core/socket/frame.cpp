// SPDX-License-Identifier: Apache-2.0
#include "socket/frame.h"

#include <atomic>

#include "socket/web_socket_writer.h"

namespace mortise::socket {

namespace {

constexpr char message_type = '4';

void append_binary(std::string& out, EngineVersion version, const Bytes& bytes) {
    if (version == EngineVersion::v4) return append_frame(out, Opcode::binary, view_of(bytes));
    char head[max_frame_head];
    out.append(head, write_frame_head(head, Opcode::binary, bytes.size() + 1));
    out += '\x04';
    out.append(view_of(bytes));
}

}  // namespace

Frame::Frame(std::string_view text, std::vector<SharedBytes> attachments)
    : has_text_(true), attachments_(std::move(attachments)) {
    std::size_t total = max_frame_head + 1 + text.size();
    for (const SharedBytes& bytes : attachments_) total += max_frame_head + bytes->size();
    wire_.reserve(total);

    char head[max_frame_head];
    wire_.append(head, write_frame_head(head, Opcode::text, text.size() + 1));
    wire_ += message_type;
    text_begin_ = wire_.size();
    text_length_ = text.size();
    wire_.append(text);
    for (const SharedBytes& bytes : attachments_) append_binary(wire_, EngineVersion::v4, *bytes);
}

SharedFrame Frame::binary(std::string_view bytes) {
    std::shared_ptr<Frame> frame(new Frame);
    frame->attachments_.push_back(std::make_shared<const Bytes>(bytes.begin(), bytes.end()));
    append_binary(frame->wire_, EngineVersion::v4, *frame->attachments_.front());
    return frame;
}

SharedFrame Frame::event(std::string_view text, std::vector<SharedBytes> attachments) {
    auto frame = std::make_shared<Frame>(text, std::move(attachments));
    frame->is_event_ = true;
    return frame;
}

SharedFrame Frame::recallable() const {
    if (!is_event_) return nullptr;
    std::call_once(is_made_, [this] {
        static std::atomic<std::uint64_t> last{0};
        const std::uint64_t offset = last.fetch_add(1, std::memory_order_relaxed) + 1;
        std::string text(wire_, text_begin_,
                         text_length_ - 1);  // without the bracket that closes the arguments
        text += ",\"" + std::to_string(offset) + "\"]";
        auto frame = std::make_shared<Frame>(text, attachments_);
        frame->offset_ = offset;
        recallable_ = std::move(frame);
    });
    return recallable_;
}

std::string_view Frame::compressed_wire(WebSocketDeflater& deflater) const {
    std::call_once(is_compressed_, [&] {
        const std::string_view wire = wire_;
        if (has_text_)
            append_compressed_frame(compressed_, Opcode::text, wire.substr(text_begin_ - 1, text_length_ + 1),
                                    deflater, {});
        for (const SharedBytes& bytes : attachments_)
            append_compressed_frame(compressed_, Opcode::binary, view_of(*bytes), deflater, {});
    });
    return compressed_;
}

void Frame::append_wire(EngineVersion version, std::string& out) const {
    if (version == EngineVersion::v4 || attachments_.empty()) {
        out.append(wire_);
        return;
    }
    if (has_text_) out.append(wire_, 0, text_begin_ + text_length_);
    for (const SharedBytes& bytes : attachments_) append_binary(out, version, *bytes);
}

void Frame::append_payload(EngineVersion version, std::string& out) const {
    if (has_text_)
        append_engine_payload(
            version, out,
            {EnginePacketType::message, false, std::string_view(wire_).substr(text_begin_, text_length_)});
    for (const SharedBytes& bytes : attachments_)
        append_engine_payload(version, out, {EnginePacketType::message, true, view_of(*bytes)});
}

}  // namespace mortise::socket
