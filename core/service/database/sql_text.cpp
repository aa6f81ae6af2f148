// SPDX-License-Identifier: Apache-2.0
#include "service/database/sql_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstddef>

#include <mortise/error.h>
#include <mortise/services/database/error.h>

namespace mortise::service {

namespace {

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}
bool in_name(char character) {
    return std::isalnum(static_cast<unsigned char>(character)) || character == '_' || (character & 0x80);
}

// Walks over the parts of SQL text that are not code. Each skip starts at `place` and answers the place after
// the part, or `place` itself when no such part begins there; an unclosed part ends with the text.
class Scanner {
public:
    explicit Scanner(std::string_view sql) : sql_(sql) {}

    std::size_t after_part(std::size_t place) const {
        switch (sql_[place]) {
            case '\'':
                return after_quoted(place, is_escape_string(place));
            case '"':
                return after_quoted(place, false);
            case '-':
                return starts(place, "--") ? after_line(place) : place;
            case '/':
                return starts(place, "/*") ? after_comment(place) : place;
            case '$':
                return after_dollar_quoted(place);
            default:
                return place;
        }
    }

    bool starts(std::size_t place, std::string_view wanted) const {
        return sql_.substr(place).starts_with(wanted);
    }

private:
    // E'…' takes backslash escapes.
    bool is_escape_string(std::size_t place) const {
        return place > 0 && (sql_[place - 1] == 'E' || sql_[place - 1] == 'e') &&
               (place == 1 || !in_name(sql_[place - 2]));
    }

    std::size_t after_quoted(std::size_t place, bool backslashes) const {
        const char quote = sql_[place];
        for (++place; place < sql_.size(); ++place) {
            if (backslashes && sql_[place] == '\\') {
                ++place;
            } else if (sql_[place] == quote) {
                if (place + 1 == sql_.size() || sql_[place + 1] != quote) return place + 1;
                ++place;
            }
        }
        return sql_.size();
    }

    std::size_t after_line(std::size_t place) const { return std::min(sql_.find('\n', place), sql_.size()); }

    std::size_t after_comment(std::size_t place) const {
        int depth = 0;
        while (place < sql_.size()) {
            if (starts(place, "/*")) {
                ++depth;
                place += 2;
            } else if (starts(place, "*/")) {
                place += 2;
                if (--depth == 0) return place;
            } else {
                ++place;
            }
        }
        return sql_.size();
    }

    std::size_t after_dollar_quoted(std::size_t place) const {
        if (place > 0 && in_name(sql_[place - 1])) return place;
        std::size_t end = place + 1;
        if (end < sql_.size() && is_digit(sql_[end])) return place;
        while (end < sql_.size() && in_name(sql_[end])) ++end;
        if (end == sql_.size() || sql_[end] != '$') return place;
        const std::string_view tag = sql_.substr(place, end + 1 - place);
        const std::size_t close = sql_.find(tag, end + 1);
        return close == sql_.npos ? sql_.size() : close + tag.size();
    }

    std::string_view sql_;
};

}  // namespace

std::string with_numbered_placeholders(std::string_view sql) {
    const Scanner scanner(sql);
    std::string numbered;
    numbered.reserve(sql.size() + 16);
    int largest = 0;
    for (std::size_t place = 0; place < sql.size();) {
        if (const std::size_t after = scanner.after_part(place); after != place) {
            numbered += sql.substr(place, after - place);
            place = after;
            continue;
        }
        if (sql[place] != '?') {
            numbered += sql[place++];
            continue;
        }
        int number = largest + 1;
        const auto digits = std::from_chars(sql.data() + place + 1, sql.data() + sql.size(), number);
        place = static_cast<std::size_t>(digits.ptr - sql.data());
        largest = std::max(largest, number);
        numbered += '$' + std::to_string(number);
    }
    return numbered;
}

std::string first_word(std::string_view sql) {
    const Scanner scanner(sql);
    std::size_t place = 0;
    while (place < sql.size()) {
        const bool comment = scanner.starts(place, "--") || scanner.starts(place, "/*");
        if (comment) {
            place = scanner.after_part(place);
        } else if (in_name(sql[place])) {
            break;
        } else {
            ++place;
        }
    }
    std::string word;
    for (; place < sql.size() && in_name(sql[place]); ++place)
        word += static_cast<char>(std::toupper(static_cast<unsigned char>(sql[place])));
    return word;
}

void refuse_transaction_control(std::string_view word) {
    constexpr std::array<std::string_view, 14> refused{"BEGIN",  "START",     "COMMIT",  "END",    "ROLLBACK",
                                                       "ABORT",  "SAVEPOINT", "RELEASE", "ATTACH", "DETACH",
                                                       "PRAGMA", "VACUUM",    "SET",     "PREPARE"};
    if (std::find(refused.begin(), refused.end(), word) != refused.end())
        throw DatabaseError(DatabaseError::Kind::statement,
                            std::string(word) +
                                " is the server's own word: a function of read() or write() is the "
                                "transaction");
}

void refuse_nul_in(std::string_view text) {
    if (text.find('\0') != text.npos)
        throw Error(Code::unprocessable, "Text must not contain the character U+0000.");
}

bool changes_rows(std::string_view word) noexcept {
    constexpr std::array<std::string_view, 6> changing{"INSERT",  "UPDATE", "DELETE",
                                                       "REPLACE", "WITH",   "MERGE"};
    return std::find(changing.begin(), changing.end(), word) != changing.end();
}

}  // namespace mortise::service
