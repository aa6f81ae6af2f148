// SPDX-License-Identifier: Apache-2.0
#include "socket/engine_packet.h"

#include <mortise/base64.h>

#include "socket/utf8_check.h"

namespace mortise::socket {

namespace {

constexpr char record_separator = '\x1e';
constexpr char base64_mark = 'b';
constexpr unsigned char length_end = 0xFF;  // in the binary form of version 3
constexpr std::size_t max_digits = 10;

std::optional<EnginePacketType> type_of(unsigned number) noexcept {
    if (number > static_cast<unsigned>(EnginePacketType::noop)) return std::nullopt;
    return static_cast<EnginePacketType>(number);
}

std::optional<EnginePacketType> type_of_digit(char digit) noexcept {
    return type_of(static_cast<unsigned char>(digit) - static_cast<unsigned>('0'));
}

char digit_of(EnginePacketType type) noexcept {
    return static_cast<char>('0' + static_cast<int>(type));
}

bool is_utf8(std::string_view text) noexcept {
    Utf8Check check;
    return check.take(text) && check.is_complete();
}

/// How many UTF-16 units a character takes in JavaScript, counted at its first byte of UTF-8.
std::size_t utf16_units(unsigned char byte) noexcept {
    return byte >= 0xF0 ? 2 : (byte & 0xC0) == 0x80 ? 0 : 1;
}

std::size_t utf16_length(std::string_view text) noexcept {
    std::size_t units = 0;
    for (const char character : text) units += utf16_units(static_cast<unsigned char>(character));
    return units;
}

/// "b" and base64; version 3 has the type in between.
std::optional<EnginePacket> read_base64_packet(EngineVersion version, std::string_view text,
                                               std::string& scratch) {
    auto type = std::optional(EnginePacketType::message);
    if (version == EngineVersion::v3) {
        if (text.empty()) return std::nullopt;
        type = type_of_digit(text.front());
        text.remove_prefix(1);
    }
    scratch.clear();
    if (!type || !read_base64(text, scratch)) return std::nullopt;
    return EnginePacket{*type, true, scratch};
}

std::optional<EnginePacket> read_text_packet(EngineVersion version, std::string_view text,
                                             std::string& scratch) {
    if (text.empty()) return std::nullopt;
    if (text.front() == base64_mark) return read_base64_packet(version, text.substr(1), scratch);
    const auto type = type_of_digit(text.front());
    if (!type) return std::nullopt;
    return EnginePacket{*type, false, text.substr(1)};
}

std::optional<EnginePacket> read_binary_packet(EngineVersion version, std::string_view bytes) {
    if (version == EngineVersion::v4) return EnginePacket{EnginePacketType::message, true, bytes};
    if (bytes.empty()) return std::nullopt;
    const auto type = type_of(static_cast<unsigned char>(bytes.front()));
    if (!type) return std::nullopt;
    return EnginePacket{*type, true, bytes.substr(1)};
}

}  // namespace

std::optional<EnginePacket> read_engine_frame(EngineVersion version, bool is_binary_frame,
                                              std::string_view frame, std::string& scratch) {
    return is_binary_frame ? read_binary_packet(version, frame) : read_text_packet(version, frame, scratch);
}

void append_engine_frame(EngineVersion version, std::string& out, const EnginePacket& packet,
                         bool as_base64) {
    if (packet.is_binary && as_base64) {
        out += base64_mark;
        if (version == EngineVersion::v3) out += digit_of(packet.type);
        return append_base64(out, packet.data);
    }
    if (!packet.is_binary)
        out += digit_of(packet.type);
    else if (version == EngineVersion::v3)
        out += static_cast<char>(packet.type);
    out += packet.data;
}

void append_engine_payload(EngineVersion version, std::string& out, const EnginePacket& packet) {
    if (version == EngineVersion::v4) {
        if (!out.empty()) out += record_separator;
    } else {
        const std::size_t length =
            packet.is_binary ? 2 + (packet.data.size() + 2) / 3 * 4 : 1 + utf16_length(packet.data);
        out += std::to_string(length);
        out += ':';
    }
    append_engine_frame(version, out, packet, true);
}

EnginePayloadReader::EnginePayloadReader(EngineVersion version, bool is_octet_stream,
                                         std::string_view payload, std::string& scratch)
    : version_(version), is_octet_stream_(is_octet_stream), rest_(payload), scratch_(scratch) {
    // Text would go out again in text frames, where a broken character ends the connection.
    is_broken_ = payload.empty() || (is_octet_stream ? version == EngineVersion::v4 : !is_utf8(payload));
}

EnginePayloadReader::Result EnginePayloadReader::next(EnginePacket& packet) {
    if (is_broken_) return Result::malformed;
    if (is_over_) return Result::end;
    std::string_view record;
    bool is_binary = false;
    std::optional<EnginePacket> found;
    if (cut_record(record, is_binary)) found = read_engine_frame(version_, is_binary, record, scratch_);
    is_broken_ = !found;
    if (!found) return Result::malformed;
    packet = *found;
    return Result::packet;
}

bool EnginePayloadReader::cut_record(std::string_view& record, bool& is_binary) {
    if (version_ == EngineVersion::v3) {
        const bool is_cut = is_octet_stream_ ? cut_binary(record, is_binary) : cut_counted(record);
        is_over_ = rest_.empty();
        return is_cut;
    }
    const auto end = rest_.find(record_separator);
    record = rest_.substr(0, end);
    is_over_ = end == std::string_view::npos;
    if (!is_over_) rest_.remove_prefix(end + 1);
    return true;
}

/// "11:4hello world": the length counts UTF-16 units, as JavaScript does.
bool EnginePayloadReader::cut_counted(std::string_view& record) {
    std::size_t units = 0;
    std::size_t place = 0;
    for (; place < rest_.size() && rest_[place] != ':'; ++place) {
        const char digit = rest_[place];
        if (digit < '0' || digit > '9' || place == max_digits) return false;
        units = units * 10 + static_cast<std::size_t>(digit - '0');
    }
    if (place == 0 || place == rest_.size()) return false;
    rest_.remove_prefix(place + 1);

    std::size_t end = 0;
    for (; end < rest_.size(); ++end) {
        const std::size_t more = utf16_units(static_cast<unsigned char>(rest_[end]));
        if (more > units) break;
        units -= more;
    }
    // What is left over is more than there is, or half of a pair.
    if (units != 0) return false;
    record = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return true;
}

/// 0x00 (text) or 0x01 (bytes), the length's decimal digits as bytes 0 to 9, 0xFF; the length counts bytes.
bool EnginePayloadReader::cut_binary(std::string_view& record, bool& is_binary) {
    const auto byte = [this](std::size_t place) { return static_cast<unsigned char>(rest_[place]); };
    if (byte(0) > 1) return false;
    is_binary = byte(0) == 1;
    std::size_t length = 0;
    std::size_t place = 1;
    for (; place < rest_.size() && byte(place) != length_end; ++place) {
        if (byte(place) > 9 || place > max_digits) return false;
        length = length * 10 + byte(place);
    }
    if (place == 1 || place == rest_.size()) return false;
    rest_.remove_prefix(place + 1);
    if (length > rest_.size()) return false;
    record = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return is_binary || is_utf8(record);
}

}  // namespace mortise::socket
