// SPDX-License-Identifier: Apache-2.0
#include "config/patterns.h"

#include <set>
#include <string_view>

namespace mortise::config {

namespace {

// Where the range must be cut so that in each piece every digit runs freely from a to b.
std::set<std::uint64_t> cuts_of(std::uint64_t least, std::uint64_t most) {
    std::set<std::uint64_t> last_of_pieces{most};
    for (std::uint64_t power = 10; power <= most; power *= 10) {
        const std::uint64_t filled_with_nines = least / power * power + (power - 1);
        if (filled_with_nines < most) last_of_pieces.insert(filled_with_nines);
        const std::uint64_t below_zeros = (most + 1) / power * power;
        if (below_zeros > least) last_of_pieces.insert(below_zeros - 1);
    }
    return last_of_pieces;
}

std::string pattern_of_piece(std::uint64_t first, std::uint64_t last) {
    const std::string from = std::to_string(first);
    const std::string to = std::to_string(last);
    std::string pattern;
    std::size_t free_digits = 0;
    for (std::size_t at = 0; at < from.size(); ++at) {
        if (from[at] == to[at])
            pattern += from[at];
        else if (from[at] == '0' && to[at] == '9')
            ++free_digits;
        else
            pattern += std::string("[") + from[at] + "-" + to[at] + "]";
    }
    if (free_digits > 0) pattern += "[0-9]";
    if (free_digits > 1) pattern += "{" + std::to_string(free_digits) + "}";
    return pattern;
}

}  // namespace

std::string pattern_of_range(std::uint64_t least, std::uint64_t most) {
    std::string pattern;
    std::uint64_t first = least;
    for (const std::uint64_t last : cuts_of(least, most)) {
        if (!pattern.empty()) pattern += "|";
        pattern += pattern_of_piece(first, last);
        first = last + 1;
    }
    return pattern;
}

std::string pattern_of_measures(std::span<const Unit> units, std::uint64_t least, std::uint64_t most) {
    std::string pattern;
    for (const Unit& unit : units) {
        const std::uint64_t first = least / unit.factor + (least % unit.factor == 0 ? 0 : 1);
        const std::uint64_t last = most / unit.factor;
        if (first > last) continue;
        if (!pattern.empty()) pattern += "|";
        pattern += "(?:" + pattern_of_range(first, last) + ")" + std::string(unit.name);
    }
    return pattern;
}

namespace {

constexpr std::string_view name_pattern = "[A-Za-z_][A-Za-z0-9_]*";
constexpr std::string_view file_pattern = "file:/[^}\\u0000]+";

// What has no meaning, and what is put in.
constexpr std::string_view word_pattern = "[^$\\u0000]|\\$\\$\\{|\\$(?!\\{|\\$\\{)";
const std::string& interpolation_pattern() {
    static const std::string one =
        "\\$\\{(?:" + std::string(name_pattern) + "(?::-[^}\\u0000]*)?|" + std::string(file_pattern) + ")\\}";
    return one;
}

std::string text_around(const std::string& needed) {
    const std::string word(word_pattern);
    return "^(?:" + word + ")*(?:" + needed + ")(?:" + word + "|" + interpolation_pattern() + ")*$";
}

}  // namespace

std::string pattern_of_interpolation() {
    return text_around(interpolation_pattern());
}

std::string pattern_of_interpolated_text() {
    return text_around(interpolation_pattern() + "|\\$\\$\\{");
}

std::string pattern_of_secret() {
    return "^\\$\\{(?:" + std::string(name_pattern) + "|" + std::string(file_pattern) + ")\\}$";
}

}  // namespace mortise::config
