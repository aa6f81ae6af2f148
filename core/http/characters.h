// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

/// Which bytes may stand where in a request (RFC 9110, 9112, 3986).
namespace mortise::http {

namespace detail {

enum CharacterClass : std::uint8_t { token = 1, target = 2, host = 4 };

constexpr std::array<std::uint8_t, 256> make_character_classes() {
    std::array<std::uint8_t, 256> classes{};
    constexpr std::string_view token_marks = "!#$%&'*+-.^_`|~";
    constexpr std::string_view host_marks = "-._~%!$&'()*+,;=";
    for (unsigned byte = 0x21; byte < 0x7F; ++byte) {
        const auto character = static_cast<char>(byte);
        const bool alphanumeric = (character >= '0' && character <= '9') ||
                                  (character >= 'A' && character <= 'Z') ||
                                  (character >= 'a' && character <= 'z');
        if (alphanumeric || token_marks.find(character) != std::string_view::npos) classes[byte] |= token;
        if (alphanumeric || host_marks.find(character) != std::string_view::npos) classes[byte] |= host;
        if (character != '#') classes[byte] |= target;
    }
    return classes;
}

inline constexpr auto character_classes = make_character_classes();

inline bool all_of_class(std::string_view text, std::uint8_t wanted) noexcept {
    for (const char character : text) {
        if ((character_classes[static_cast<unsigned char>(character)] & wanted) == 0) return false;
    }
    return true;
}

}  // namespace detail

inline bool is_token(std::string_view text) noexcept {
    return !text.empty() && detail::all_of_class(text, detail::token);
}
inline bool is_target(std::string_view text) noexcept {
    return !text.empty() && detail::all_of_class(text, detail::target);
}

/// True when a field value holds a byte below 0x20 other than a tab, or 0x7F. Eight bytes at a time: most
/// of a head is values.
inline bool has_control(std::string_view text) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t tops = 0x8080808080808080;
    const auto one_by_one = [](std::string_view part) noexcept {
        for (const char character : part) {
            const auto byte = static_cast<unsigned char>(character);
            if ((byte < 0x20 && byte != '\t') || byte == 0x7F) return true;
        }
        return false;
    };
    while (text.size() >= sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), sizeof word);
        const auto below_blank = (word - ones * 0x20) & ~word & tops;
        const auto from_delete = word ^ (ones * 0x7F);
        const auto is_delete = (from_delete - ones) & ~from_delete & tops;
        if ((below_blank | is_delete) != 0 && one_by_one(text.substr(0, sizeof word))) return true;
        text.remove_prefix(sizeof word);
    }
    return one_by_one(text);
}

/// "example.com:8080", "[::1]", "" - what may stand in Host and before the path of an absolute target.
bool is_authority(std::string_view text) noexcept;

}  // namespace mortise::http
