// SPDX-License-Identifier: Apache-2.0
#include "post_search.h"

#include <algorithm>
#include <vector>

namespace posts {

namespace {

bool is_of_a_word(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || static_cast<unsigned char>(character) >= 0x80;
}

std::vector<std::string> words_of(std::string_view search) {
    std::vector<std::string> words;
    auto begin = std::find_if(search.begin(), search.end(), is_of_a_word);
    while (begin != search.end()) {
        const auto end = std::find_if_not(begin, search.end(), is_of_a_word);
        words.emplace_back(begin, end);
        begin = std::find_if(end, search.end(), is_of_a_word);
    }
    return words;
}

// Each word in quotes, so that none is taken for an operator; words hold no quote.
std::string join(const std::vector<std::string>& words, char quote, std::string_view conjunction,
                 std::string_view beginning) {
    std::string query;
    for (const std::string& word : words) {
        if (!query.empty()) query += conjunction;
        query += quote + word + quote;
    }
    return query.append(beginning);
}

}  // namespace

SearchCondition search_condition(mortise::Dialect dialect, std::string_view search) {
    const std::vector<std::string> words = words_of(search);
    if (words.empty()) return {"CAST(? AS TEXT) <> ''", ""};
    if (dialect == mortise::Dialect::postgresql)
        return {"search @@ to_tsquery('simple', ?)", join(words, '\'', " & ", ":*")};
    return {
        "id IN (SELECT post_id FROM post_search JOIN post_numbers ON number = post_search.rowid "
        "WHERE post_search MATCH ?)",
        join(words, '"', " ", " *")};
}

}  // namespace posts
