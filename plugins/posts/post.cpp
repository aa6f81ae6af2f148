// SPDX-License-Identifier: Apache-2.0
#include "post.h"

#include <mortise/text.h>

namespace posts {

std::optional<std::string> refuse_blank(std::string_view text) {
    if (text.find_first_not_of(" \t\r\n") != std::string_view::npos) return std::nullopt;
    return "Must not be blank.";
}

std::vector<std::string> tidy_tags(const std::vector<std::string>& tags) {
    std::vector<std::string> tidy;
    for (const std::string& sent : tags) {
        std::string tag = mortise::to_lower(mortise::trim(sent));
        if (!mortise::contains(tidy, tag)) tidy.push_back(std::move(tag));
    }
    return tidy;
}

}  // namespace posts

namespace mortise {

std::vector<std::string> ColumnType<std::vector<std::string>>::read(const Row& row, Column column) {
    const Json list = parse_json(row.text(column));
    std::vector<std::string> texts;
    for (const Json& text : list.as_array()) texts.emplace_back(text.as_string());
    return texts;
}

std::vector<posts::Attachment> ColumnType<std::vector<posts::Attachment>>::read(const Row& row,
                                                                                Column column) {
    if (row.text(column) == "[]") return {};
    static const Shape<posts::Attachment> shape;
    const Json list = parse_json(row.text(column));
    std::vector<posts::Attachment> attachments;
    Faults faults;
    for (const Json& item : list.as_array()) shape.read(item, attachments.emplace_back(), faults);
    return attachments;
}

}  // namespace mortise
