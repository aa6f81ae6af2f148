// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/services/groups.h>

#include "parts.h"

namespace chat {

/// What other plugins may ask about conversations.
class GroupBook final : public mortise::Groups {
public:
    explicit GroupBook(const Parts& parts) : parts_(parts) {}

    std::optional<mortise::Group> find(std::string_view id) const override;
    bool is_member(std::string_view group_id, std::string_view user_id) const override;
    std::vector<std::string> contacts_of(std::string_view user_id) const override;
    bool are_contacts(std::string_view one, std::string_view other) const override;
    bool is_blocked(std::string_view by, std::string_view whom) const override;

private:
    const Parts& parts_;
};

}  // namespace chat
