// SPDX-License-Identifier: Apache-2.0
#include "config/nearest.h"

#include <algorithm>

namespace mortise::config {

namespace {

// Edits that turn one word into the other, a swap of two neighbours being one edit.
std::size_t edits_between(std::string_view from, std::string_view to) {
    std::vector<std::size_t> before(to.size() + 1), last(to.size() + 1), row(to.size() + 1);
    for (std::size_t column = 0; column <= to.size(); ++column) last[column] = column;
    for (std::size_t line = 1; line <= from.size(); ++line) {
        row[0] = line;
        for (std::size_t column = 1; column <= to.size(); ++column) {
            const std::size_t differs = from[line - 1] == to[column - 1] ? 0 : 1;
            row[column] = std::min({last[column] + 1, row[column - 1] + 1, last[column - 1] + differs});
            if (line > 1 && column > 1 && from[line - 1] == to[column - 2] &&
                from[line - 2] == to[column - 1])
                row[column] = std::min(row[column], before[column - 2] + 1);
        }
        before.swap(last);
        last.swap(row);
    }
    return last[to.size()];
}

constexpr std::size_t longest_word = 64;

}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& names) {
    if (word.size() > longest_word) return {};
    std::string_view best;
    std::size_t fewest = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string_view name : names) {
        if (name.size() > longest_word) continue;
        const std::size_t edits = edits_between(word, name);
        if (edits < fewest && edits < name.size()) {
            fewest = edits;
            best = name;
        }
    }
    return best;
}

std::string suggestion(std::string_view word, const std::vector<std::string_view>& names) {
    const std::string_view near = nearest(word, names);
    if (!near.empty()) return "did you mean '" + std::string(near) + "'?";
    return "allowed: " + join(names);
}

std::string join(const std::vector<std::string_view>& names) {
    if (names.empty()) return "nothing";
    std::string all;
    for (const std::string_view name : names) {
        if (!all.empty()) all += ", ";
        all += name;
    }
    return all;
}

}  // namespace mortise::config
