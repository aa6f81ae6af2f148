// SPDX-License-Identifier: Apache-2.0
#include "socket/base64.h"

#include <array>
#include <cstdint>

namespace mortise::socket {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 0xFF;

constexpr auto digits = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_digit);
    for (std::size_t place = 0; place < alphabet.size(); ++place)
        values[static_cast<unsigned char>(alphabet[place])] = static_cast<std::uint8_t>(place);
    return values;
}();

std::uint32_t byte_at(std::string_view bytes, std::size_t place) noexcept {
    return static_cast<unsigned char>(bytes[place]);
}

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
    const std::size_t start = out.size();
    out.resize(start + (bytes.size() + 2) / 3 * 4, '=');
    char* place = out.data() + start;
    const auto put = [&place](std::uint32_t bits, int count) {
        for (int shift = 18; count > 0; shift -= 6, --count) *place++ = alphabet[(bits >> shift) & 63];
    };
    while (bytes.size() >= 3) {
        put(byte_at(bytes, 0) << 16 | byte_at(bytes, 1) << 8 | byte_at(bytes, 2), 4);
        bytes.remove_prefix(3);
    }
    if (bytes.size() == 2) put(byte_at(bytes, 0) << 16 | byte_at(bytes, 1) << 8, 3);
    if (bytes.size() == 1) put(byte_at(bytes, 0) << 16, 2);
}

bool read_base64(std::string_view text, std::string& out) {
    if (text.size() % 4 != 0) return false;
    const std::size_t start = out.size();
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    text.remove_suffix(padding);
    out.resize(start + text.size() * 3 / 4);
    char* place = out.data() + start;
    std::uint32_t bits = 0;
    std::uint8_t wrong = 0;  // looked at once in the end: no branch on the way
    int held = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::uint8_t digit = digits[byte_at(text, at)];
        wrong |= digit;
        bits = bits << 6 | digit;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        *place++ = static_cast<char>((bits >> held) & 0xFF);
    }
    const bool has_loose_bits = (bits & ((1U << held) - 1)) != 0;
    if ((wrong & 0xC0) == 0 && !has_loose_bits) return true;
    out.resize(start);
    return false;
}

}  // namespace mortise::socket
