// SPDX-License-Identifier: Apache-2.0
#include <mortise/services/database.h>

namespace mortise {

DatabaseError::DatabaseError(Kind kind, const std::string& text, std::string constraint)
    : std::runtime_error(text), kind_(kind), constraint_(std::move(constraint)) {}
DatabaseError::~DatabaseError() = default;
DatabaseError::DatabaseError(const DatabaseError&) = default;
DatabaseError& DatabaseError::operator=(const DatabaseError&) = default;

namespace {

bool is_letter(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9');
}

}  // namespace

bool DatabaseError::is_duplicate_of(std::string_view word) const noexcept {
    if (kind_ != Kind::unique || word.empty()) return false;
    const std::string_view said = constraint_;
    for (std::size_t place = said.find(word); place != said.npos; place = said.find(word, place + 1)) {
        const std::size_t after = place + word.size();
        if ((place == 0 || !is_letter(said[place - 1])) && (after == said.size() || !is_letter(said[after])))
            return true;
    }
    return false;
}

std::string like_containing(std::string_view text) {
    std::string pattern = "%";
    for (const char character : text) {
        if (character == '%' || character == '_' || character == '\\') pattern += '\\';
        pattern += character;
    }
    return pattern + '%';
}

Reader::~Reader() = default;
Transaction::~Transaction() = default;
Database::~Database() = default;
RowSource::~RowSource() = default;

}  // namespace mortise
