// SPDX-License-Identifier: Apache-2.0
#include "slug.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <mortise/text.h>

namespace posts {

namespace {

constexpr std::size_t most_characters = 80;

// U+00C0 to U+017F without their accents; '-' for what is no letter.
constexpr std::array<std::string_view, 192> latin{
    "a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",   // À
    "d", "n", "o",  "o",  "o", "o", "o",  "-", "o", "u", "u", "u", "u", "y", "th", "ss",  // Ð
    "a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",   // à
    "d", "n", "o",  "o",  "o", "o", "o",  "-", "o", "u", "u", "u", "u", "y", "th", "y",   // ð
    "a", "a", "a",  "a",  "a", "a", "c",  "c", "c", "c", "c", "c", "c", "c", "d",  "d",   // Ā
    "d", "d", "e",  "e",  "e", "e", "e",  "e", "e", "e", "e", "e", "g", "g", "g",  "g",   // Đ
    "g", "g", "g",  "g",  "h", "h", "h",  "h", "i", "i", "i", "i", "i", "i", "i",  "i",   // Ġ
    "i", "i", "ij", "ij", "j", "j", "k",  "k", "k", "l", "l", "l", "l", "l", "l",  "l",   // İ
    "l", "l", "l",  "n",  "n", "n", "n",  "n", "n", "n", "n", "n", "o", "o", "o",  "o",   // ŀ
    "o", "o", "oe", "oe", "r", "r", "r",  "r", "r", "r", "s", "s", "s", "s", "s",  "s",   // Ő
    "s", "s", "t",  "t",  "t", "t", "t",  "t", "u", "u", "u", "u", "u", "u", "u",  "u",   // Š
    "u", "u", "u",  "u",  "w", "w", "y",  "y", "y", "z", "z", "z", "z", "z", "z",  "s",   // Ű
};
static_assert(latin.back() == "s");

struct Span {
    char32_t first, last;
};
constexpr std::array separators{
    Span{0x0080, 0x00BF},  // C1 controls, Latin-1's signs
    Span{0x02B0, 0x02FF},  // modifier letters and tone marks
    Span{0x2000, 0x2BFF},  // punctuation, currencies, arrows, symbols
    Span{0x2E00, 0x2E7F},    Span{0x3000, 0x3004},
    Span{0x3007, 0x3030},  // CJK punctuation, but not its letters
    Span{0xD800, 0xF8FF},  // no letters of anybody's
    Span{0xFE00, 0xFE6F},    Span{0xFF00, 0xFF0F},
    Span{0xFF1A, 0xFF20},                             // variation marks, wide punctuation
    Span{0xFFF0, 0xFFFF},    Span{0x1F000, 0x1FAFF},  // emoji
    Span{0xE0000, 0x10FFFF},
};

bool is_separator(char32_t letter) {
    for (const Span& span : separators)
        if (letter >= span.first && letter <= span.last) return true;
    return false;
}

bool is_combining(char32_t letter) {
    return letter >= 0x0300 && letter <= 0x036F;
}

// Greek and Cyrillic have their small letters at fixed distances.
char32_t small(char32_t letter) {
    if ((letter >= 0x0391 && letter <= 0x03A9) || (letter >= 0x0410 && letter <= 0x042F))
        return letter + 0x20;
    if (letter >= 0x0400 && letter <= 0x040F) return letter + 0x50;
    return letter;
}

// The next character of well-formed UTF-8.
char32_t take(std::string_view& text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t letter = size == 1 ? lead : lead & (0xFFU >> (size + 1));
    for (std::size_t place = 1; place < size && place < text.size(); ++place)
        letter = (letter << 6) | (static_cast<unsigned char>(text[place]) & 0x3FU);
    text.remove_prefix(std::min(size, text.size()));
    return letter;
}

void append(std::string& out, char32_t letter) {
    const auto byte = [&](char32_t bits) { out += static_cast<char>(bits); };
    if (letter < 0x800) {
        byte(0xC0 | (letter >> 6));
    } else {
        if (letter < 0x10000) {
            byte(0xE0 | (letter >> 12));
        } else {
            byte(0xF0 | (letter >> 18));
            byte(0x80 | ((letter >> 12) & 0x3F));
        }
        byte(0x80 | ((letter >> 6) & 0x3F));
    }
    byte(0x80 | (letter & 0x3F));
}

// How one character is written in a slug; "-" for what parts words.
std::string spelling(char32_t letter) {
    if (letter < 0x80) {
        const char plain = mortise::to_lower(static_cast<char>(letter));
        const bool is_kept = (plain >= 'a' && plain <= 'z') || (plain >= '0' && plain <= '9');
        return is_kept ? std::string{plain} : "-";
    }
    if (letter >= 0xC0 && letter < 0xC0 + latin.size()) return std::string(latin[letter - 0xC0]);
    if (is_separator(letter)) return "-";
    std::string text;
    append(text, small(letter));
    return text;
}

// "news-2-3" to "news": all slugs that numbering could turn into one another have one stem.
std::string_view stem_of(std::string_view slug) {
    for (;;) {
        const auto hyphen = slug.rfind('-');
        if (hyphen == std::string_view::npos || hyphen == 0 || hyphen + 1 == slug.size()) return slug;
        if (slug.find_first_not_of("0123456789", hyphen + 1) != std::string_view::npos) return slug;
        slug = slug.substr(0, hyphen);
    }
}

bool is_taken(mortise::Transaction& transaction, std::string_view slug, std::string_view own_id) {
    return transaction.one("SELECT 1 FROM posts WHERE slug = ? AND id <> ?", slug, own_id).has_value();
}

}  // namespace

std::string slug_of(std::string_view title) {
    std::string slug;
    std::size_t characters = 0;
    bool parted = false;
    while (!title.empty() && characters < most_characters) {
        const char32_t letter = take(title);
        if (is_combining(letter) || letter == '\'' || letter == 0x2019) continue;  // it's: its
        const std::string text = spelling(letter);
        if (text == "-") {
            parted = !slug.empty();
            continue;
        }
        if (parted) slug += '-';
        characters += parted ? 2 : 1;
        parted = false;
        slug += text;
    }
    return slug.empty() ? "post" : slug;
}

std::string free_slug(mortise::Transaction& transaction, std::string_view title, std::string_view own_id) {
    std::string wanted = slug_of(title);
    transaction.lock("posts:slug:" + std::string(stem_of(wanted)));
    if (!is_taken(transaction, wanted, own_id)) return wanted;
    const auto numbered = [&](std::int64_t number) { return wanted + '-' + std::to_string(number); };
    // Doubling and halving finds a free number next to a taken one in few steps, however many there are.
    std::int64_t taken = 1;
    std::int64_t free = 2;
    while (is_taken(transaction, numbered(free), own_id)) {
        taken = free;
        free *= 2;
    }
    while (free - taken > 1) {
        const std::int64_t middle = taken + (free - taken) / 2;
        (is_taken(transaction, numbered(middle), own_id) ? taken : free) = middle;
    }
    return numbered(free);
}

}  // namespace posts
