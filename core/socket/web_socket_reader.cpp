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

// Room for what a head announces is made at once up to here, beyond it for so many times what has come.
constexpr std::uint64_t max_trust = 64 * 1024;
constexpr std::uint64_t max_growth = 4;

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

/// Whether a length in so many bytes could not have been shorter, and has no top bit.
bool is_minimal(std::uint64_t length, std::size_t length_size) noexcept {
    const std::uint64_t least = length_size == 0 ? 0 : length_size == 2 ? 126 : 0x10000;
    return length >= least && length >> 63 == 0;
}

/// Lays `mask` over the bytes and turns it, so that it goes on where they end.
void unmask(std::span<char> bytes, std::array<char, 4>& mask) noexcept {
    std::uint32_t once = 0;
    std::memcpy(&once, mask.data(), sizeof once);
    const std::uint64_t key = static_cast<std::uint64_t>(once) << 32 | once;
    char* place = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 2 * sizeof key; place += 2 * sizeof key, left -= 2 * sizeof key) {
        std::uint64_t words[2];
        std::memcpy(words, place, sizeof words);
        words[0] ^= key;
        words[1] ^= key;
        std::memcpy(place, words, sizeof words);
    }
    for (std::size_t offset = 0; offset < left; ++offset)
        place[offset] = static_cast<char>(place[offset] ^ mask[offset % 4]);
    std::memcpy(mask.data(), reinterpret_cast<const char*>(&key) + left % 4, sizeof once);
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

// The event is filled in where the caller gets it: to copy what was just written in parts stalls the
// processor.
WebSocketReader::Event WebSocketReader::next(std::span<char>& bytes) {
    Event event;
    take_back();
    while (step_ != Step::over) {
        if (step_ == Step::head && !take_head(bytes, event)) return event;
        if (take_payload(bytes, event)) return event;
    }
    bytes = {};
    return event;
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
    const std::size_t whole = judge_head({head, size}, event);
    if (whole == 0) return false;
    if (size < whole) {
        if (head_size_ == 0) std::copy_n(head, size, head_.data());
        head_size_ = static_cast<std::uint8_t>(size);
        bytes = {};
        return false;
    }
    std::memcpy(mask_.data(), head + whole - mask_.size(), mask_.size());
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

/// How long the head is, as far as its front tells; 0 after a fault. Judged as soon as it can be: who is over
/// the limit need not even send the mask.
std::size_t WebSocketReader::judge_head(std::string_view front, Event& event) {
    if (front.size() < 2) return 2;
    const auto second = static_cast<unsigned char>(front[1]);
    std::uint16_t code = protocol_error;
    std::string_view wrong = judge_start(static_cast<unsigned char>(front[0]), second);
    const std::size_t length_size = length_size_of(second);
    if (wrong.empty() && front.size() >= 2 + length_size) {
        left_ = length_size == 0 ? second & length_bits : read_number(front.data() + 2, length_size);
        if (!is_minimal(left_, length_size)) {
            wrong = "malformed length";
        } else if (!is_control(frame_) && left_ > max_message_ - kept_size()) {
            code = too_big;
            wrong = "message is too big";
        }
    }
    if (wrong.empty()) return 2 + length_size + mask_.size();
    fail(event, code, wrong);
    return 0;
}

/// What is wrong with a frame's first two bytes; empty: nothing.
std::string_view WebSocketReader::judge_start(unsigned char first, unsigned char second) {
    if (!is_known(first & opcode_bits)) return "unknown opcode";
    frame_ = static_cast<Opcode>(first & opcode_bits);
    is_final_ = (first & final_bit) != 0;
    const bool starts_message = frame_ == Opcode::text || frame_ == Opcode::binary;
    const bool may_be_compressed = inflater_ != nullptr && starts_message;
    if ((first & other_reserved_bits) != 0) return "reserved bit set";
    if ((first & compressed_bit) != 0 && !may_be_compressed) return "reserved bit set";
    if ((second & masked_bit) == 0) return "frame is not masked";
    if (is_control(frame_) && !is_final_) return "fragmented control frame";
    if (is_control(frame_) && (second & length_bits) > max_control_payload)
        return "control frame is too long";
    const bool is_open = message_ != Opcode::continuation;
    if (starts_message && is_open) return "the last message was not finished";
    if (frame_ == Opcode::continuation && !is_open) return "nothing to continue";
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
    if (is_control(frame_))
        take_control(text, event);
    else
        take_data(text, event);
    return event.kind != Kind::more || left_ > 0;
}

void WebSocketReader::take_control(std::string_view part, Event& event) {
    if (left_ > 0) {
        if (!part.empty()) kept().control += part;
        return;
    }
    std::string_view payload = part;
    if (kept_ && !kept_->control.empty()) {
        payload = kept_->control += part;
        lent_ = Lent::control;
    }
    if (frame_ == Opcode::close) return read_close(payload, event);
    event.kind = frame_ == Opcode::ping ? Kind::ping : Kind::pong;
    event.payload = payload;
}

void WebSocketReader::read_close(std::string_view payload, Event& event) {
    if (payload.size() == 1) return fail(event, protocol_error, "half a close code");
    std::uint16_t code = no_code;
    if (!payload.empty()) {
        code = static_cast<std::uint16_t>(read_number(payload.data(), 2));
        payload.remove_prefix(2);
        if (!may_be_sent(code)) return fail(event, protocol_error, "invalid close code");
        Utf8Check reason;
        if (!reason.take(payload) || !reason.is_complete())
            return fail(event, invalid_payload, "close reason is not UTF-8");
    }
    step_ = Step::over;
    message_ = Opcode::continuation;
    event.kind = Kind::close;
    event.payload = payload;
    event.code = code;
}

void WebSocketReader::take_data(std::string_view part, Event& event) {
    if (message_ == Opcode::text && !is_compressed_ && !utf8_.take(part))
        return fail(event, invalid_payload, "text is not UTF-8");
    if (left_ == 0 && is_final_) return finish_message(part, event);
    if (!part.empty()) keep(part);
}

void WebSocketReader::finish_message(std::string_view last_part, Event& event) {
    if (is_compressed_) {
        if (!inflate_message(last_part, event)) return;
    } else if (message_ == Opcode::text && !utf8_.is_complete()) {
        return fail(event, invalid_payload, "text ends within a character");
    } else if (kept_size() == 0) {
        kept_.reset();
    } else {
        keep(last_part);
    }
    event.kind = message_ == Opcode::text ? Kind::text : Kind::binary;
    event.payload = kept_ ? kept_->message : last_part;
    lent_ = kept_ ? Lent::message : Lent::nothing;
    message_ = Opcode::continuation;
}

/// Puts the plain message in the compressed one's place.
bool WebSocketReader::inflate_message(std::string_view last_part, Event& event) {
    std::string& message = kept().message;
    const std::string_view compressed = message.empty() ? last_part : message += last_part;
    std::string plain;
    const auto result = inflater_->inflate(compressed, max_message_, plain);
    if (result == WebSocketInflater::Result::too_big) {
        fail(event, too_big, "message is too big");
    } else if (result == WebSocketInflater::Result::broken) {
        fail(event, invalid_payload, "broken compression");
    } else if (message_ == Opcode::text && (!utf8_.take(plain) || !utf8_.is_complete())) {
        fail(event, invalid_payload, "text is not UTF-8");
    } else {
        message = std::move(plain);
        return true;
    }
    return false;
}

/// The reasons are literals: nothing of ours is lent.
void WebSocketReader::fail(Event& event, std::uint16_t code, std::string_view reason) {
    step_ = Step::over;
    message_ = Opcode::continuation;
    lent_ = Lent::nothing;
    kept_.reset();
    event.kind = Kind::fault;
    event.payload = reason;
    event.code = code;
}

std::uint64_t WebSocketReader::kept_size() const {
    return kept_ ? kept_->message.size() : 0;
}

/// In time linear in the message's size, whatever the size of its parts.
void WebSocketReader::keep(std::string_view part) {
    std::string& message = kept().message;
    const std::uint64_t size = message.size() + part.size();
    if (size > message.capacity())
        message.reserve(
            static_cast<std::size_t>(std::min(size + left_, std::max(max_trust, size * max_growth))));
    message += part;
}

WebSocketReader::Kept& WebSocketReader::kept() {
    if (!kept_) kept_ = std::make_unique<Kept>();
    return *kept_;
}

}  // namespace mortise::socket
