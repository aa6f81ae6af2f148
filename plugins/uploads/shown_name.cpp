// SPDX-License-Identifier: Apache-2.0
#include "shown_name.h"

#include <algorithm>

#include <mortise/text.h>

namespace uploads {

namespace {

constexpr std::size_t most_bytes = 200;
constexpr std::size_t longest_extension = 20;

std::size_t size_of_character(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    return std::min(size, text.size());
}

// What nobody sees and what turns text round: C1 is U+0080 to U+009F; the marks are U+200B to U+200F, U+2028
// to U+202E, U+2060 to U+206F and U+FEFF.
bool is_hidden(std::string_view character) {
    if (character.size() == 1) {
        const auto byte = static_cast<unsigned char>(character.front());
        return byte < 0x20 || byte == 0x7F;
    }
    const auto last = static_cast<unsigned char>(character.back());
    if (character.size() == 2) return character.front() == '\xC2' && last < 0xA0;
    const std::string_view lead = character.substr(0, 2);
    if (lead == "\xE2\x80") return (last >= 0x8B && last <= 0x8F) || (last >= 0xA8 && last <= 0xAE);
    if (lead == "\xE2\x81") return last >= 0xA0 && last <= 0xAF;
    return character == "\xEF\xBB\xBF";
}

// Cuts at a character's beginning.
std::string_view cut(std::string_view text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
    return text.substr(0, most);
}

std::string shorten(std::string_view name) {
    if (name.size() <= most_bytes) return std::string(name);
    const auto dot = name.rfind('.');
    const bool has_extension = dot != std::string_view::npos && name.size() - dot <= longest_extension;
    const std::string_view extension = has_extension ? name.substr(dot) : std::string_view();
    return std::string(cut(name, most_bytes - extension.size())).append(extension);
}

}  // namespace

std::string shown_name(std::string_view sent) {
    sent.remove_prefix(std::min(sent.find_last_of("/\\") + 1, sent.size()));
    std::string name;
    if (!mortise::is_utf8(sent)) sent = {};
    while (!sent.empty()) {
        const std::string_view character = sent.substr(0, size_of_character(sent));
        sent.remove_prefix(character.size());
        if (is_hidden(character)) continue;
        constexpr std::string_view awkward = "<>:\"|?*";  // not in names on every system
        if (awkward.find(character) == std::string_view::npos)
            name += character;
        else
            name += '_';
    }
    const auto first = std::min(name.find_first_not_of(" ."), name.size());
    name.erase(0, first);
    name.erase(name.find_last_not_of(" .") + 1);
    return name.empty() ? "file" : shorten(name);
}

std::string disposition(std::string_view kind, std::string_view name) {
    std::string plain;
    for (const char character : name)
        if (static_cast<unsigned char>(character) < 0x80)
            plain += character == '%' ? '_' : character;
        else if ((static_cast<unsigned char>(character) & 0xC0U) == 0xC0U)
            plain += '_';
    return std::string(kind) + "; filename=\"" + plain + "\"; filename*=UTF-8''" +
           mortise::percent_encode(name);
}

}  // namespace uploads
