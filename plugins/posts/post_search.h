// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <mortise/services/database.h>

namespace posts {

/// The condition of a SELECT from posts that finds those with all words of a search, and the value of its one
/// placeholder. Whole words, whatever their case; the last may be the beginning of one. Everything but
/// letters and digits only parts words, so no search is malformed; one without words finds nothing.
struct SearchCondition {
    std::string_view sql;
    std::string words;
};
SearchCondition search_condition(mortise::Dialect dialect, std::string_view search);

}  // namespace posts
