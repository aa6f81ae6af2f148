// SPDX-License-Identifier: Apache-2.0
#include <mortise/base64.h>

#include <array>
#include <cstdint>

namespace mortise {

namespace {

// The 64 letters, and each one's value the other way.
struct Alphabet {
    static constexpr std::uint8_t no_letter = 0xFF;

    std::array<char, 64> letters{};
    std::array<std::uint8_t, 256> values{};

    constexpr explicit Alphabet(const char* last_two) {
        constexpr std::string_view first = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        values.fill(no_letter);
        for (std::size_t value = 0; value < letters.size(); ++value) {
            letters[value] = value < first.size() ? first[value] : last_two[value - first.size()];
            values[static_cast<unsigned char>(letters[value])] = static_cast<std::uint8_t>(value);
        }
    }
};

constexpr Alphabet base64("+/");
constexpr Alphabet base64url("-_");

std::uint32_t byte_at(std::string_view bytes, std::size_t place) noexcept {
    return static_cast<unsigned char>(bytes[place]);
}

// Writes what a text without padding has: 4 letters for 3 bytes, 3 for 2, 2 for 1.
void write_letters(char* place, std::string_view bytes, const Alphabet& alphabet) noexcept {
    const auto put = [&](std::uint32_t bits, int count) {
        for (int shift = 18; count > 0; shift -= 6, --count)
            *place++ = alphabet.letters[(bits >> shift) & 63];
    };
    while (bytes.size() >= 3) {
        put(byte_at(bytes, 0) << 16 | byte_at(bytes, 1) << 8 | byte_at(bytes, 2), 4);
        bytes.remove_prefix(3);
    }
    if (bytes.size() == 2) put(byte_at(bytes, 0) << 16 | byte_at(bytes, 1) << 8, 3);
    if (bytes.size() == 1) put(byte_at(bytes, 0) << 16, 2);
}

// Appends what the letters stand for, padding taken off; false, and `out` as it was, when they stand for
// nothing.
bool append_bytes(std::string& out, std::string_view text, const Alphabet& alphabet) {
    if (text.size() % 4 == 1) return false;
    const std::size_t start = out.size();
    out.resize(start + text.size() * 3 / 4);
    char* place = out.data() + start;
    std::uint32_t bits = 0;
    std::uint8_t seen = 0;  // looked at once in the end: no branch on the way
    int held = 0;
    for (const char letter : text) {
        const std::uint8_t value = alphabet.values[static_cast<unsigned char>(letter)];
        seen |= value;
        bits = bits << 6 | value;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        *place++ = static_cast<char>((bits >> held) & 0xFF);
    }
    const bool has_other_letters = (seen & 0xC0) != 0;
    const bool has_loose_bits = (bits & ((1U << held) - 1)) != 0;
    if (!has_other_letters && !has_loose_bits) return true;
    out.resize(start);
    return false;
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
    std::string text;
    append_base64(text, bytes);
    return text;
}

void append_base64(std::string& out, std::string_view bytes) {
    const std::size_t start = out.size();
    out.resize(start + (bytes.size() + 2) / 3 * 4, '=');
    write_letters(out.data() + start, bytes, base64);
}

bool read_base64(std::string_view text, std::string& out) {
    if (text.size() % 4 != 0) return false;
    text.remove_suffix(text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0);
    return append_bytes(out, text, base64);
}

std::string base64url_encode(std::string_view bytes) {
    std::string text((bytes.size() * 4 + 2) / 3, '\0');
    write_letters(text.data(), bytes, base64url);
    return text;
}

std::optional<std::string> base64url_decode(std::string_view text) {
    std::string bytes;
    if (!append_bytes(bytes, text, base64url)) return std::nullopt;
    return bytes;
}

}  // namespace mortise
