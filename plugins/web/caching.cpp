// SPDX-License-Identifier: Apache-2.0
#include "caching.h"

#include <algorithm>

#include <mortise/text.h>

namespace web {

namespace {

bool is_number(char letter) noexcept {
    return letter >= '0' && letter <= '9';
}

bool is_hash(std::string_view word) noexcept {
    const auto is_hex = [](char letter) {
        return is_number(letter) || (letter >= 'a' && letter <= 'f') || (letter >= 'A' && letter <= 'F');
    };
    return word.size() >= 8 && word.size() <= 64 && std::all_of(word.begin(), word.end(), is_hex) &&
           std::any_of(word.begin(), word.end(), is_number);
}

}  // namespace

bool is_versioned(std::string_view file_name) noexcept {
    mortise::take_until(file_name, '.');  // the name
    while (file_name.find('.') != std::string_view::npos)
        if (is_hash(mortise::take_until(file_name, '.'))) return true;
    return false;
}

}  // namespace web
