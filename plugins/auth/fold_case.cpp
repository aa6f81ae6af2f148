// SPDX-License-Identifier: Apache-2.0
#include "fold_case.h"

#include <wctype.h>

#include <locale.h>
#include <clocale>

#include <mortise/text.h>

namespace auth {

namespace {

// Built into the C library since glibc 2.35, so it is there on every machine; null elsewhere.
locale_t unicode() {
    static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
}

// Takes one character off the front of well-formed UTF-8.
char32_t take_character(std::string_view& text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    char32_t character = size == 1 ? first : first & (0xFFU >> (size + 1));
    for (std::size_t place = 1; place < size; ++place)
        character = character << 6 | (static_cast<unsigned char>(text[place]) & 0x3FU);
    text.remove_prefix(size);
    return character;
}

void append_character(std::string& text, char32_t character) {
    const auto append = [&](char32_t byte) { text += static_cast<char>(byte); };
    if (character < 0x80) return append(character);
    if (character < 0x800) {
        append(0xC0 | character >> 6);
    } else if (character < 0x10000) {
        append(0xE0 | character >> 12);
        append(0x80 | (character >> 6 & 0x3F));
    } else {
        append(0xF0 | character >> 18);
        append(0x80 | (character >> 12 & 0x3F));
        append(0x80 | (character >> 6 & 0x3F));
    }
    append(0x80 | (character & 0x3F));
}

char32_t to_small(char32_t character) {
    if (character < 0x80 || unicode() == nullptr)
        return character >= 'A' && character <= 'Z' ? character + ('a' - 'A') : character;
    return static_cast<char32_t>(::towlower_l(static_cast<wint_t>(character), unicode()));
}

bool is_letter_or_digit(char32_t character) {
    const char32_t small = to_small(character);
    if (small < 0x80) return (small >= 'a' && small <= 'z') || (small >= '0' && small <= '9');
    return unicode() != nullptr && ::iswalnum_l(static_cast<wint_t>(character), unicode()) != 0;
}

bool is_between(char32_t character) {
    return character == ' ' || character == '.' || character == '-' || character == '_' || character == '\'';
}

}  // namespace

std::string fold_case(std::string_view text) {
    if (!mortise::is_utf8(text)) return std::string(text);
    std::string folded;
    folded.reserve(text.size());
    while (!text.empty()) append_character(folded, to_small(take_character(text)));
    return folded;
}

std::optional<std::string> refuse_username(std::string_view username) {
    if (!mortise::is_utf8(username)) return "Must be UTF-8.";
    if (username.starts_with(' ') || username.ends_with(' ')) return "Must not begin or end with a blank.";
    bool was_blank = false;
    while (!username.empty()) {
        const char32_t character = take_character(username);
        if (!is_letter_or_digit(character) && !is_between(character))
            return "May hold letters, digits, blanks and . - _ ' only.";
        if (was_blank && character == ' ') return "Must not hold two blanks in a row.";
        was_blank = character == ' ';
    }
    return std::nullopt;
}

}  // namespace auth
