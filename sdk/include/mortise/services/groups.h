// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/export.h>

namespace mortise {

/// A conversation, as other plugins may see it.
struct Group {
    std::string id;
    std::string title;                 ///< empty: two people talking, who need none
    bool is_group = false;             ///< false: of two people, and never of more
    std::vector<std::string> members;  ///< ids of people, those who joined first before the others
};

/// Who talks with whom. The service `groups`; plugins/chat provides it.
///
/// Every call may block on the database: worker threads and jobs, and as any call of the database not inside
/// a function of Database::read() or write(). Throws Error(unavailable) when the database is. An id nobody
/// has belongs to nothing and knows nobody.
class MORTISE_API Groups {
public:
    static constexpr std::string_view service = "groups";
    /// contacts_of() returns no more.
    static constexpr int most_contacts = 1000;

    virtual ~Groups();
    virtual std::optional<Group> find(std::string_view id) const = 0;
    virtual bool is_member(std::string_view group_id, std::string_view user_id) const = 0;

    /// Everybody who shares a conversation with this person where neither has blocked the other; in no order.
    /// At most `most_contacts`: of whoever has more, some.
    virtual std::vector<std::string> contacts_of(std::string_view user_id) const = 0;
    /// Whether these two are contacts of each other, however many each has. Nobody is their own contact.
    virtual bool are_contacts(std::string_view one, std::string_view other) const = 0;
    /// Whether `by` does not want to hear from `whom`; the other direction is another question.
    virtual bool is_blocked(std::string_view by, std::string_view whom) const = 0;
};

}  // namespace mortise
