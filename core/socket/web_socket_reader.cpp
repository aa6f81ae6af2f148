// SPDX-License-Identifier: Apache-2.0
#include "socket/web_socket_reader.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "socket/permessage_deflate.h"

namespace mortise::socket {

namespace {

constexpr std::uint16_t normal_closure = 1000;
constexpr std::uint16_t protocol_error = 1002;
constexpr std::uint16_t no_code = 1005;
constexpr std::uint16_t invalid_payload = 1007;
constexpr std::uint16_t too_big = 1009;

constexpr unsigned char final_bit = 0x80;
constexpr unsigned char compressed_bit = 0x40;
constexpr unsigned char other_reserved_bits = 0x30;
constexpr unsigned char opcode_bits = 0x0F;
constexpr unsigned char masked_bit = 0x80;
constexpr unsigned char length_bits = 0x7F;

// Room is made ahead for what a head announces only up to here: beyond, the bytes must come first.
constexpr std::uint64_t max_trust = 64 * 1024;

bool is_known(unsigned char opcode) noexcept {
    return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

/// What a client may give as its reason (RFC 6455 section 7.4, and IANA's list up to 1014).
bool may_be_sent(std::uint16_t code) noexcept {
    if (code >= 3000) return code <= 4999;
    return code >= normal_closure && code <= 1014 && code != 1004 && code != no_code && code != 1006;
}

std::uint64_t read_number(const char* bytes, std::size_t size) noexcept {
    std::uint64_t number = 0;
    for (std::size_t place = 0; place < size; ++place)
        number = number << 8 | static_cast<unsigned char>(bytes[place]);
    return number;
}

/// How many bytes of a head hold the length, after the seven bits that may hold it themselves.
std::size_t length_size_of(unsigned char second) noexcept {
    const unsigned short_length = second & length_bits;
    return short_length < 126 ? 0 : short_length == 126 ? 2 : 8;
}

/// Lays `mask` over the bytes and turns it, so that it goes on where they end.
void unmask(std::span<char> bytes, std::array<char, 4>& mask) noexcept {
    std::uint32_t key = 0;
    std::memcpy(&key, mask.data(), sizeof key);
    const std::uint64_t wide_key = static_cast<std::uint64_t>(key) << 32 | key;
    char* place = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 2 * sizeof wide_key; place += 2 * sizeof wide_key, left -= 2 * sizeof wide_key) {
        std::uint64_t words[2];
        std::memcpy(words, place, sizeof words);
        words[0] ^= wide_key;
        words[1] ^= wide_key;
        std::memcpy(place, words, sizeof words);
    }
    for (std::size_t offset = 0; offset < left; ++offset)
        place[offset] = static_cast<char>(place[offset] ^ mask[offset % 4]);
    std::rotate(mask.begin(), mask.begin() + static_cast<std::ptrdiff_t>(left % 4), mask.end());
}

}  // namespace

struct WebSocketReader::Kept {
    std::string message;
    std::string control;
};

WebSocketReader::WebSocketReader(std::uint64_t max_message, WebSocketInflater* inflater)
    : max_message_(max_message), inflater_(inflater) {}
WebSocketReader::WebSocketReader(WebSocketReader&&) noexcept = default;
WebSocketReader& WebSocketReader::operator=(WebSocketReader&&) noexcept = default;
WebSocketReader::~WebSocketReader() = default;

WebSocketReader::Event WebSocketReader::next(std::span<char>& bytes) {
    take_back();
    Event event;
    while (step_ != Step::over) {
        if (step_ == Step::head && !take_head(bytes, event)) return event;
        if (take_payload(bytes, event)) return event;
    }
    bytes = {};
    return {};
}

bool WebSocketReader::holds_bytes() const {
    if (step_ == Step::over) return false;
    return step_ == Step::payload || head_size_ > 0 || message_ != Opcode::continuation;
}

/// The last event's payload is not needed any more.
void WebSocketReader::take_back() {
    if (lent_ == Lent::nothing) return;
    if (message_ == Opcode::continuation)
        kept_.reset();
    else if (lent_ == Lent::control)
        kept_->control.clear();
    lent_ = Lent::nothing;
}

/// False: `event` says why there is no whole head.
bool WebSocketReader::take_head(std::span<char>& bytes, Event& event) {
    const char* head = bytes.data();
    std::size_t size = bytes.size();
    if (head_size_ > 0) {
        const std::size_t added = std::min(max_head - head_size_, size);
        std::copy_n(bytes.data(), added, head_.data() + head_size_);
        head = head_.data();
        size = head_size_ + added;
    }
    // Judged as soon as it can be: who is over the limit need not even send the mask.
    std::size_t whole = 2;
    if (size >= whole) {
        const auto second = static_cast<unsigned char>(head[1]);
        event = judge_start(static_cast<unsigned char>(head[0]), second);
        const std::size_t length_size = length_size_of(second);
        whole += length_size;
        if (event.kind == Kind::more && size >= whole) {
            left_ = length_size == 0 ? second & length_bits : read_number(head + 2, length_size);
            event = judge_length(left_, length_size);
        }
        if (event.kind == Kind::fault) {
            event = fault(event.code, event.payload);
            return false;
        }
        whole += mask_.size();
    }
    if (whole == 2 || size < whole) {
        if (head_size_ == 0) std::copy_n(head, size, head_.data());
        head_size_ = static_cast<std::uint8_t>(size);
        bytes = {};
        return false;
    }
    std::copy_n(head + whole - mask_.size(), mask_.size(), mask_.data());
    bytes = bytes.subspan(whole - head_size_);
    head_size_ = 0;
    step_ = Step::payload;
    if (frame_ == Opcode::text || frame_ == Opcode::binary) {
        message_ = frame_;
        is_compressed_ = (static_cast<unsigned char>(head[0]) & compressed_bit) != 0;
        utf8_.reset();
    }
    return true;
}

WebSocketReader::Event WebSocketReader::judge_start(unsigned char first, unsigned char second) {
    const auto refuse = [](std::string_view reason) { return Event{Kind::fault, reason, protocol_error}; };
    if (!is_known(first & opcode_bits)) return refuse("unknown opcode");
    frame_ = static_cast<Opcode>(first & opcode_bits);
    is_final_ = (first & final_bit) != 0;
    const bool starts_message = frame_ == Opcode::text || frame_ == Opcode::binary;
    const bool may_be_compressed = inflater_ != nullptr && starts_message;
    if ((first & other_reserved_bits) != 0 || ((first & compressed_bit) != 0 && !may_be_compressed))
        return refuse("reserved bit set");
    if ((second & masked_bit) == 0) return refuse("frame is not masked");
    if (is_control(frame_) && !is_final_) return refuse("fragmented control frame");
    if (is_control(frame_) && (second & length_bits) > max_control_payload)
        return refuse("control frame is too long");
    if (starts_message && message_ != Opcode::continuation)
        return refuse("the last message was not finished");
    if (frame_ == Opcode::continuation && message_ == Opcode::continuation)
        return refuse("nothing to continue");
    return {};
}

WebSocketReader::Event WebSocketReader::judge_length(std::uint64_t length, std::size_t length_size) const {
    const std::uint64_t least = length_size == 0 ? 0 : length_size == 2 ? 126 : 0x10000;
    if (length < least || length >> 63 != 0) return {Kind::fault, "malformed length", protocol_error};
    if (!is_control(frame_) && length > max_message_ - kept_size())
        return {Kind::fault, "message is too big", too_big};
    return {};
}

/// False: a fragment has ended, and the next frame may be there.
bool WebSocketReader::take_payload(std::span<char>& bytes, Event& event) {
    const auto part = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
    unmask(part, mask_);
    bytes = bytes.subspan(part.size());
    left_ -= part.size();
    if (left_ == 0) step_ = Step::head;
    const std::string_view text(part.data(), part.size());
    event = is_control(frame_) ? take_control(text) : take_data(text);
    return event.kind != Kind::more || left_ > 0;
}

WebSocketReader::Event WebSocketReader::take_control(std::string_view part) {
    if (left_ > 0) {
        if (!part.empty()) kept().control += part;
        return {};
    }
    std::string_view payload = part;
    if (kept_ && !kept_->control.empty()) {
        payload = kept_->control += part;
        lent_ = Lent::control;
    }
    if (frame_ == Opcode::close) return read_close(payload);
    return {frame_ == Opcode::ping ? Kind::ping : Kind::pong, payload, 0};
}

WebSocketReader::Event WebSocketReader::read_close(std::string_view payload) {
    if (payload.size() == 1) return fault(protocol_error, "half a close code");
    std::uint16_t code = no_code;
    if (!payload.empty()) {
        code = static_cast<std::uint16_t>(read_number(payload.data(), 2));
        payload.remove_prefix(2);
        if (!may_be_sent(code)) return fault(protocol_error, "invalid close code");
        Utf8Check reason;
        if (!reason.take(payload) || !reason.is_complete())
            return fault(invalid_payload, "close reason is not UTF-8");
    }
    step_ = Step::over;
    message_ = Opcode::continuation;
    return {Kind::close, payload, code};
}

WebSocketReader::Event WebSocketReader::take_data(std::string_view part) {
    if (message_ == Opcode::text && !is_compressed_ && !utf8_.take(part))
        return fault(invalid_payload, "text is not UTF-8");
    if (left_ == 0 && is_final_) return finish_message(part);
    if (part.empty()) return {};
    auto& message = kept().message;
    if (message.empty()) message.reserve(static_cast<std::size_t>(std::min(part.size() + left_, max_trust)));
    message += part;
    return {};
}

WebSocketReader::Event WebSocketReader::finish_message(std::string_view last_part) {
    if (is_compressed_) return inflate_message(last_part);
    if (message_ == Opcode::text && !utf8_.is_complete())
        return fault(invalid_payload, "text ends within a character");
    const Kind kind = message_ == Opcode::text ? Kind::text : Kind::binary;
    message_ = Opcode::continuation;
    if (kept_size() == 0) {
        kept_.reset();
        return {kind, last_part, 0};
    }
    kept_->message += last_part;
    lent_ = Lent::message;
    return {kind, kept_->message, 0};
}

WebSocketReader::Event WebSocketReader::inflate_message(std::string_view last_part) {
    std::string& message = kept().message;
    std::string_view compressed = last_part;
    if (!message.empty()) compressed = message += last_part;
    std::string plain;
    switch (inflater_->inflate(compressed, max_message_, plain)) {
        case WebSocketInflater::Result::whole:
            break;
        case WebSocketInflater::Result::too_big:
            return fault(too_big, "message is too big");
        case WebSocketInflater::Result::broken:
            return fault(invalid_payload, "broken compression");
    }
    if (message_ == Opcode::text && (!utf8_.take(plain) || !utf8_.is_complete()))
        return fault(invalid_payload, "text is not UTF-8");
    const Kind kind = message_ == Opcode::text ? Kind::text : Kind::binary;
    message_ = Opcode::continuation;
    message = std::move(plain);
    lent_ = Lent::message;
    return {kind, message, 0};
}

/// The reasons are literals: no payload of ours is lent.
WebSocketReader::Event WebSocketReader::fault(std::uint16_t code, std::string_view reason) {
    step_ = Step::over;
    message_ = Opcode::continuation;
    lent_ = Lent::nothing;
    kept_.reset();
    return {Kind::fault, reason, code};
}

std::uint64_t WebSocketReader::kept_size() const {
    return kept_ ? kept_->message.size() : 0;
}

WebSocketReader::Kept& WebSocketReader::kept() {
    if (!kept_) kept_ = std::make_unique<Kept>();
    return *kept_;
}

}  // namespace mortise::socket
