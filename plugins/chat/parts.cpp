// SPDX-License-Identifier: Apache-2.0
#include "parts.h"

#include <algorithm>
#include <vector>

#include <mortise/error.h>

#include "refusals.h"

namespace chat {

namespace {

constexpr const char* unknown_person = "unknown_person";
constexpr const char* nobody_there = "There is nobody with this id.";

}  // namespace

Settings::Settings(const mortise::Options& options)
    : text_length(static_cast<std::size_t>(options.integer("text_length"))),
      attachments(static_cast<std::size_t>(options.integer("attachments"))),
      reactions(options.integer("reactions")),
      group_members(static_cast<std::size_t>(options.integer("group_members"))),
      new_members_see_everything(options.text("new_members_see") == "everything"),
      change_window(options.duration("change_window")),
      receipts_up_to(static_cast<std::size_t>(options.integer("receipts_up_to"))) {}

void Parts::require_person(const std::string& id, std::string_view pointer) const {
    if (people != nullptr && !people->find(id))
        refuse_value(std::string(pointer), unknown_person, nobody_there);
}

void Parts::require_people(std::span<const std::string> ids, std::string_view pointer) const {
    if (people == nullptr) return;
    const std::vector<mortise::Person> found = people->find_many({ids.begin(), ids.end()});
    mortise::Error error(mortise::Code::unprocessable, "The body has values that are not allowed.");
    for (std::size_t place = 0; place < ids.size(); ++place) {
        const auto is_this = [&](const mortise::Person& person) { return person.id == ids[place]; };
        if (std::none_of(found.begin(), found.end(), is_this))
            error.with_fault(
                {std::string(pointer) + "/" + std::to_string(place), unknown_person, nobody_there});
    }
    if (!error.faults().empty()) throw error;
}

}  // namespace chat
