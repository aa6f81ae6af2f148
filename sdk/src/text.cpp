// SPDX-License-Identifier: Apache-2.0
#include <mortise/text.h>

#include <algorithm>

namespace mortise {

namespace {

constexpr int hex_digit(char character) noexcept {
    if (character >= '0' && character <= '9') return character - '0';
    const char low = to_lower(character);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

constexpr bool is_unreserved(char character) noexcept {
    const char low = to_lower(character);
    return (low >= 'a' && low <= 'z') || (character >= '0' && character <= '9') || character == '-' ||
           character == '.' || character == '_' || character == '~';
}

std::string decode_form_part(std::string_view part) {
    std::string plain(part);
    for (char& character : plain)
        if (character == '+') character = ' ';
    return percent_decode(plain).value_or(std::string(part));
}

// The length of the UTF-8 sequence at the front of `text`, 0 when it is not well-formed.
std::size_t sequence_length(std::string_view text) noexcept {
    const auto byte = [&](std::size_t place) { return static_cast<unsigned char>(text[place]); };
    const auto continues = [&](std::size_t place, unsigned low = 0x80, unsigned high = 0xBF) {
        return place < text.size() && byte(place) >= low && byte(place) <= high;
    };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const unsigned low = first == 0xE0 ? 0xA0 : 0x80;   // no overlong forms
        const unsigned high = first == 0xED ? 0x9F : 0xBF;  // no surrogates
        return continues(1, low, high) && continues(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const unsigned low = first == 0xF0 ? 0x90 : 0x80;
        const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
        return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

}  // namespace

std::string to_lower(std::string_view text) {
    std::string lower(text);
    for (char& character : lower) character = to_lower(character);
    return lower;
}

bool equals_ignoring_case(std::string_view left, std::string_view right) noexcept {
    if (left.size() != right.size()) return false;
    for (std::size_t place = 0; place < left.size(); ++place)
        if (to_lower(left[place]) != to_lower(right[place])) return false;
    return true;
}

std::string_view trim(std::string_view text) noexcept {
    const auto is_blank = [](char character) { return character == ' ' || character == '\t'; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::string_view take_until(std::string_view& rest, char mark) noexcept {
    const std::size_t end = rest.find(mark);
    const std::string_view taken = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    return taken;
}

bool contains(const std::vector<std::string>& words, std::string_view word) noexcept {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string join(const std::vector<std::string>& words, std::string_view between) {
    std::string text;
    for (const std::string& word : words) {
        if (&word != &words.front()) text += between;
        text += word;
    }
    return text;
}

std::optional<std::string> percent_decode(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t place = 0; place < text.size(); ++place) {
        if (text[place] != '%') {
            plain += text[place];
            continue;
        }
        if (place + 2 >= text.size()) return std::nullopt;
        const int high = hex_digit(text[place + 1]);
        const int low = hex_digit(text[place + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        plain += static_cast<char>(high * 16 + low);
        place += 2;
    }
    return plain;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char character : text) {
        if (is_unreserved(character)) {
            encoded += character;
            continue;
        }
        const auto byte = static_cast<unsigned char>(character);
        encoded += '%';
        encoded += digits[byte >> 4];
        encoded += digits[byte & 15];
    }
    return encoded;
}

std::vector<std::pair<std::string, std::string>> parse_form(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!text.empty()) {
        std::string_view value = take_until(text, '&');
        if (value.empty()) continue;
        const std::string_view name = take_until(value, '=');
        pairs.emplace_back(decode_form_part(name), decode_form_part(value));
    }
    return pairs;
}

bool is_json_media_type(std::string_view content_type) noexcept {
    const std::string_view type = trim(take_until(content_type, ';'));
    constexpr std::string_view suffix = "+json";
    return equals_ignoring_case(type, "application/json") ||
           (type.size() > suffix.size() &&
            equals_ignoring_case(type.substr(type.size() - suffix.size()), suffix));
}

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::size_t count_characters(std::string_view text) noexcept {
    std::size_t count = 0;
    for (const char character : text)
        if ((static_cast<unsigned char>(character) & 0xC0) != 0x80) ++count;
    return count;
}

std::string to_camel_case(std::string_view snake_case) {
    std::string camel;
    camel.reserve(snake_case.size());
    bool raise = false;
    for (const char character : snake_case) {
        if (character == '_') {
            raise = true;
            continue;
        }
        camel += raise && character >= 'a' && character <= 'z' ? static_cast<char>(character - ('a' - 'A'))
                                                               : character;
        raise = false;
    }
    return camel;
}

}  // namespace mortise
